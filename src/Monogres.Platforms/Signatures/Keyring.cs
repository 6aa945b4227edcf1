using System.Collections.Immutable;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Monogres.Platforms.Signatures;

/// <summary>
/// The keys that may sign an archive's release, pinned in <c>index/platforms/keyrings</c>: what <c>gpg --export</c> writes,
/// binary or in armor. A primary key counts as far as its own signatures vouch for it, a subkey when its primary key bound
/// it for signing and it agreed; revoked keys do not count, nor does what others say about a key.
/// </summary>
public sealed class Keyring
{
    private readonly ImmutableArray<SigningKey> _keys;

    private Keyring(ImmutableArray<SigningKey> keys) => _keys = keys;

    /// <summary>The fingerprints of the keys whose signatures can be checked, in the order of the file.</summary>
    public IEnumerable<string> Fingerprints => _keys.Select(key => key.Key.Fingerprint());

    /// <summary>The keys that may sign.</summary>
    internal ImmutableArray<SigningKey> Keys => _keys;

    /// <summary>Reads a keyring.</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="Core.UserErrorException">The file is not a keyring.</exception>
    public static Keyring Parse(byte[] bytes, string file)
    {
        try
        {
            var packets = Armor.ReadIfArmored(bytes, "PGP PUBLIC KEY BLOCK");
            var rings = OpenPgp.Read(() => new PgpObjectFactory(packets).AllPgpObjects());
            if (rings.Count == 0 || rings.Any(ring => ring is not PgpPublicKeyRing))
                throw new FormatException("it does not consist of public keys");

            return new Keyring([.. rings.Cast<PgpPublicKeyRing>().SelectMany(ring => OpenPgp.Read(() => SigningKeys(ring).ToList()))]);
        }
        catch (FormatException error)
        {
            throw SignatureErrors.BadKeyring(file, error.Message);
        }
    }

    /// <summary>The key that a signature names by <see cref="OpenPgp.Issuer"/>, or null.</summary>
    internal SigningKey? Find(string issuer) => _keys.FirstOrDefault(key => key.Key.Fingerprint() is var fingerprint
        && string.Equals(issuer.Length < fingerprint.Length ? fingerprint[^16..] : fingerprint, issuer, StringComparison.Ordinal));

    /// <summary>The keys of a primary key with its subkeys that may sign (RFC 9580, section 10.1).</summary>
    private static IEnumerable<SigningKey> SigningKeys(PgpPublicKeyRing ring)
    {
        // Where the primary key cannot be checked, nothing that it says about itself or a subkey can.
        var primary = ring.GetPublicKey();
        if (!primary.CanVerify() || primary.GetKeySignatures().Any(s => s.SignatureType == PgpSignature.KeyRevocation && primary.Made(s, primary.Framed())))
            yield break;

        // Every own signature counts as a statement; the newest is the one that holds.
        if (OwnSignatures(primary).MaxBy(s => s.Created()) is not { } own)
            yield break;

        if (MaySign(own) ?? true)
            yield return new SigningKey(primary, own.Created()!.Value, End(primary, own));

        foreach (var subkey in ring.GetPublicKeys().Where(key => !key.IsMasterKey))
        {
            if (Binding(primary, subkey) is { } binding)
                yield return new SigningKey(subkey, Later(binding.Created()!.Value, own.Created()!.Value), Earlier(End(subkey, binding), End(primary, own)));
        }
    }

    private static IEnumerable<PgpSignature> OwnSignatures(PgpPublicKey primary)
    {
        foreach (var signature in primary.GetKeySignatures())
        {
            if (signature.SignatureType == PgpSignature.DirectKey && primary.Made(signature, primary.Framed()))
                yield return signature;
        }

        foreach (var id in primary.GetRawUserIds())
        {
            foreach (var signature in primary.GetSignaturesForId(id))
            {
                if (signature.IsCertification() && primary.Made(signature, primary.Framed(), FramedUserId(id)))
                    yield return signature;
            }
        }
    }

    /// <summary>The statement by which a primary key lets a subkey sign, or null.</summary>
    private static PgpSignature? Binding(PgpPublicKey primary, PgpPublicKey subkey)
    {
        var signatures = subkey.GetKeySignatures().Where(s => primary.Made(s, primary.Framed(), subkey.Framed())).ToList();
        if (signatures.Exists(s => s.SignatureType == PgpSignature.SubkeyRevocation))
            return null;

        // Without the subkey's agreement, anyone could adopt another's signing key (section 5.2.1.9). It proves itself, wherever it stands.
        var binding = signatures.Where(s => s.SignatureType == PgpSignature.SubkeyBinding).MaxBy(s => s.Created());
        return binding is not null && MaySign(binding) is true
            && Embedded(binding).Any(s => s.SignatureType == PgpSignature.PrimaryKeyBinding && subkey.Made(s, primary.Framed(), subkey.Framed()))
                ? binding
                : null;
    }

    private static IEnumerable<PgpSignature> Embedded(PgpSignature signature)
    {
        foreach (var subpackets in new[] { signature.GetHashedSubPackets(), signature.GetUnhashedSubPackets() })
        {
            var embedded = subpackets.GetEmbeddedSignatures();
            for (var i = 0; i < embedded.Count; i++)
                yield return embedded[i];
        }
    }

    /// <summary>Whether a statement lets the key sign; null when it does not say what the key is for.</summary>
    private static bool? MaySign(PgpSignature statement) => statement.GetHashedSubPackets() is var signed && signed.HasSubpacket(SignatureSubpacketTag.KeyFlags)
        ? (signed.GetKeyFlags() & PgpKeyFlags.CanSign) != 0
        : null;

    private static DateTimeOffset? End(PgpPublicKey key, PgpSignature statement) =>
        OpenPgp.End(key.Created(), statement.GetHashedSubPackets().GetKeyExpirationTime());

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a < b ? b : a;

    private static byte[] FramedUserId(byte[] id) => [0xb4, (byte)(id.Length >> 24), (byte)(id.Length >> 16), (byte)(id.Length >> 8), (byte)id.Length, .. id];
}

/// <summary>A key that may sign.</summary>
/// <param name="Key">The key.</param>
/// <param name="Since">When what lets it sign was stated.</param>
/// <param name="Expires">Until when it may, or null.</param>
internal sealed record SigningKey(PgpPublicKey Key, DateTimeOffset Since, DateTimeOffset? Expires);
