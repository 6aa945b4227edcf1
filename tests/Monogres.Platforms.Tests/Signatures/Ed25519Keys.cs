using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Monogres.Platforms.Tests.Signatures;

/// <summary>A primary key and a subkey that may sign, made anew.</summary>
internal sealed class Ed25519Keys
{
    private static readonly DateTime Made = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly PgpKeyPair _primary, _subkey;
    private readonly PgpPublicKeyRing _ring;

    private Ed25519Keys(PgpKeyPair primary, PgpKeyPair subkey)
    {
        (_primary, _subkey) = (primary, subkey);
        var maySign = new PgpSignatureSubpacketGenerator();
        maySign.SetKeyFlags(isCritical: true, PgpKeyFlags.CanSign);
        var ring = new PgpKeyRingGenerator(PgpSignature.PositiveCertification, primary, "Test <test@example.org>", SymmetricKeyAlgorithmTag.Null,
            HashAlgorithmTag.Sha256, (char[]?)null, useSha1: false, maySign.Generate(), unhashedPackets: null, new SecureRandom());
        ring.AddSubKey(subkey, maySign.Generate(), unhashedPackets: null, HashAlgorithmTag.Sha256, HashAlgorithmTag.Sha256);
        _ring = ring.GeneratePublicKeyRing();
    }

    public string PrimaryFingerprint => Convert.ToHexString(_primary.PublicKey.GetFingerprint());

    public string SubkeyFingerprint => Convert.ToHexString(_subkey.PublicKey.GetFingerprint());

    public static Ed25519Keys Generate() => new(KeyPair(), KeyPair());

    public byte[] Export() => _ring.GetEncoded();

    public byte[] ClearsignByPrimary(string text) => Clearsign(text, _primary);

    public byte[] ClearsignBySubkey(string text) => Clearsign(text, _subkey);

    private static PgpKeyPair KeyPair()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new PgpKeyPair(PublicKeyAlgorithmTag.EdDsa_Legacy, generator.GenerateKeyPair(), Made);
    }

    private static byte[] Clearsign(string text, PgpKeyPair key)
    {
        var generator = new PgpSignatureGenerator(key.PublicKey.Algorithm, HashAlgorithmTag.Sha512);
        generator.InitSign(PgpSignature.CanonicalTextDocument, key.PrivateKey);
        var signed = new PgpSignatureSubpacketGenerator();
        signed.SetSignatureCreationTime(isCritical: false, Made.AddDays(1));
        signed.SetIssuerFingerprint(isCritical: false, key.PublicKey);
        generator.SetHashedSubpackets(signed.Generate());
        generator.Update(Encoding.UTF8.GetBytes(text.TrimEnd('\n').Replace("\n", "\r\n", StringComparison.Ordinal)));
        var signature = Convert.ToBase64String(generator.Generate().GetEncoded());
        return Encoding.UTF8.GetBytes($"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}-----BEGIN PGP SIGNATURE-----\n\n{signature}\n-----END PGP SIGNATURE-----\n");
    }
}
