using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Monogres.Testing.Repositories;

/// <summary>An OpenPGP key made anew, as a publisher has one.</summary>
public sealed class TestKey
{
    private readonly PgpKeyRingGenerator _ring;

    /// <param name="made">When it was made; long ago when null.</param>
    /// <param name="days">How long it lasts; for ever when null.</param>
    /// <param name="passphrase">What protects it; nothing when null.</param>
    /// <param name="rsa">The number of bits for an RSA key; Ed25519 when null.</param>
    /// <param name="maySign">Whether it says that it may sign.</param>
    /// <param name="subkeys">How many subkeys it has that may sign.</param>
    public TestKey(DateTime? made = null, int? days = null, string? passphrase = null, int? rsa = null, bool maySign = true, int subkeys = 0)
    {
        var time = made ?? new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var statements = new PgpSignatureSubpacketGenerator();
        statements.SetKeyFlags(isCritical: true, maySign ? PgpKeyFlags.CanSign | PgpKeyFlags.CanCertify : PgpKeyFlags.CanCertify);
        statements.SetSignatureCreationTime(isCritical: false, time);
        if (days is { } lifetime)
            statements.SetKeyExpirationTime(isCritical: true, lifetime * 24L * 60 * 60);
        _ring = new PgpKeyRingGenerator(PgpSignature.PositiveCertification, Pair(rsa, time), "Test <test@example.org>",
            passphrase is null ? SymmetricKeyAlgorithmTag.Null : SymmetricKeyAlgorithmTag.Aes128, HashAlgorithmTag.Sha256, passphrase is null ? null : Encoding.UTF8.GetBytes(passphrase), useSha1: true,
            statements.Generate(), unhashedPackets: null, new SecureRandom());

        var bound = new PgpSignatureSubpacketGenerator();
        bound.SetKeyFlags(isCritical: true, PgpKeyFlags.CanSign);
        bound.SetSignatureCreationTime(isCritical: false, time);
        for (var i = 0; i < subkeys; i++)
            _ring.AddSubKey(Pair(rsa, time.AddDays(i)), bound.Generate(), unhashedPackets: null, HashAlgorithmTag.Sha256, HashAlgorithmTag.Sha256);
    }

    /// <summary>As <c>gpg --export-secret-keys</c> writes it.</summary>
    public byte[] Secret => _ring.GenerateSecretKeyRing().GetEncoded();

    /// <summary>As <c>gpg --export</c> writes it.</summary>
    public byte[] Public => _ring.GeneratePublicKeyRing().GetEncoded();

    /// <summary>The fingerprints of the primary key and its subkeys.</summary>
    public string[] Fingerprints => [.. _ring.GeneratePublicKeyRing().GetPublicKeys().Select(key => Convert.ToHexString(key.GetFingerprint()))];

    private static PgpKeyPair Pair(int? rsa, DateTime made)
    {
        IAsymmetricCipherKeyPairGenerator generator = rsa is null ? new Ed25519KeyPairGenerator() : new RsaKeyPairGenerator();
        generator.Init(rsa is { } bits ? new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), bits, 64) : new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new PgpKeyPair(rsa is null ? PublicKeyAlgorithmTag.EdDsa_Legacy : PublicKeyAlgorithmTag.RsaGeneral, generator.GenerateKeyPair(), made);
    }
}
