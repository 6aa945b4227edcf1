using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;

namespace Monogres.Platforms.Signatures;

/// <summary>What we believe of what the library reads and computes (RFC 9580): which keys and hashes count, and how data is framed.</summary>
internal static class OpenPgp
{
    private const int SmallestRsa = 2048;

    /// <summary>Runs a reading of bytes that may be anything, and gives its failures one type.</summary>
    /// <exception cref="FormatException">The bytes are damaged.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException("an OpenPGP packet is cut off", error);
        }
        catch (Exception error) when (error is not FormatException and not OutOfMemoryException)
        {
            throw new FormatException("the bytes are not OpenPGP packets", error);
        }
    }

    /// <summary>40 hexadecimal digits, upper case.</summary>
    public static string Fingerprint(this PgpPublicKey key) => Convert.ToHexString(key.GetFingerprint());

    /// <summary>Whether its signatures count: version 4, and RSA of 2048 bits and more, or Ed25519.</summary>
    public static bool CanVerify(this PgpPublicKey key) => key.Version == 4 && key.PublicKeyPacket.Key switch
    {
        RsaPublicBcpgKey rsa => rsa.Modulus.BitLength >= SmallestRsa,
        EdDsaPublicBcpgKey => Read(key.GetKey) is Ed25519PublicKeyParameters,
        _ => false,
    };

    /// <summary>Why a signature does not count whoever made it, or null.</summary>
    public static string? Fault(this PgpSignature signature)
    {
        if (signature.Version != 4)
            return $"its format has version {signature.Version}, and only version 4 is known";

        // RFC 9580, section 5.2.3.7: who does not know what a critical condition says must not believe the signature.
        if (signature.GetHashedSubPackets().ToArray().FirstOrDefault(subpacket => subpacket.IsCritical() && !IsKnown(subpacket.SubpacketType)) is { } critical)
            return $"it has a critical condition of type {(int)critical.SubpacketType} that is not known";

        return signature.HashAlgorithm switch
        {
            HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512 => null,
            HashAlgorithmTag.MD5 => "it uses MD5, which is broken",
            HashAlgorithmTag.Sha1 => "it uses SHA-1, which is broken",
            var other => $"its hash algorithm {(int)other} is not among SHA-256, SHA-384 and SHA-512",
        };
    }

    /// <summary>When the key was made.</summary>
    public static DateTimeOffset Created(this PgpPublicKey key) => new(key.CreationTime, TimeSpan.Zero);

    /// <summary>When it was made, as its signed part says.</summary>
    public static DateTimeOffset? Created(this PgpSignature signature) =>
        signature.GetHashedSubPackets() is var signed && signed.HasSignatureCreationTime() ? new DateTimeOffset(signed.GetSignatureCreationTime(), TimeSpan.Zero) : null;

    /// <summary>The signer's fingerprint, or the last eight bytes of it, in hexadecimal digits. Only a hint where to look: nobody need have signed it.</summary>
    public static string Issuer(this PgpSignature signature)
    {
        var fingerprint = signature.GetHashedSubPackets().GetIssuerFingerprint() ?? signature.GetUnhashedSubPackets().GetIssuerFingerprint();
        return fingerprint is { KeyVersion: 4 } ? Convert.ToHexString(fingerprint.GetFingerprint()) : signature.KeyId == 0 ? "an unnamed key" : $"{signature.KeyId:X16}";
    }

    /// <summary>The key as it enters the hash of a signature about it (section 5.2.4).</summary>
    public static byte[] Framed(this PgpPublicKey key)
    {
        var body = key.PublicKeyPacket.GetEncodedContents();
        return [0x99, (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    /// <summary>Whether a key made the signature over the data, and both count.</summary>
    public static bool Made(this PgpPublicKey key, PgpSignature signature, params ReadOnlySpan<byte[]> data)
    {
        // Most signatures of a keyring are by others: the number in it spares computing what cannot fit.
        if (signature.KeyId is not 0 and var issuer && issuer != key.KeyId)
            return false;

        if (!key.CanVerify() || !SameFamily(key.Algorithm, signature.KeyAlgorithm) || signature.Created() is null || signature.Fault() is not null)
            return false;

        try
        {
            return key.PublicKeyPacket.Key is RsaPublicBcpgKey rsa ? MadeByRsa(rsa, signature, data) : MadeByEd25519(key, signature, data);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a signature's numbers make the library stumble over, they are no signature by this key.
            return false;
        }
    }

    /// <summary>By .NET's RSA: the library's tests each time that the modulus is no prime, which takes tenths of a second for 4096 bits.</summary>
    private static bool MadeByRsa(RsaPublicBcpgKey key, PgpSignature signature, ReadOnlySpan<byte[]> data)
    {
        var name = signature.HashAlgorithm switch
        {
            HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
            HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        using var hash = IncrementalHash.CreateHash(name);
        foreach (var part in data)
            hash.AppendData(part);
        hash.AppendData(signature.GetSignatureTrailer());

        using var rsa = RSA.Create(new RSAParameters { Modulus = key.Modulus.ToByteArrayUnsigned(), Exponent = key.PublicExponent.ToByteArrayUnsigned() });
        var number = signature.GetSignature();
        var padded = new byte[Math.Max(number.Length, rsa.KeySize / 8)];
        number.CopyTo(padded, padded.Length - number.Length);
        return rsa.VerifyHash(hash.GetHashAndReset(), padded, name, RSASignaturePadding.Pkcs1);
    }

    private static bool MadeByEd25519(PgpPublicKey key, PgpSignature signature, ReadOnlySpan<byte[]> data)
    {
        signature.InitVerify(key);
        foreach (var part in data)
            signature.Update(part);
        return signature.Verify();
    }

    /// <summary>The time from some start for so many seconds; zero stands for no end (sections 5.2.3.13 and 5.2.3.18).</summary>
    public static DateTimeOffset? End(DateTimeOffset start, long seconds) => seconds == 0 ? null : start.AddSeconds(seconds);

    private static bool SameFamily(PublicKeyAlgorithmTag key, PublicKeyAlgorithmTag signature) => IsRsa(key) ? IsRsa(signature) : key == signature;

    private static bool IsRsa(PublicKeyAlgorithmTag algorithm) => algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign;

    /// <summary>The conditions that are checked here, and preferences, notes and reasons that change nothing in what is proved.</summary>
    private static bool IsKnown(SignatureSubpacketTag type) => (int)type is 2 or 3 or 4 or 7 or 9 or 11 or 16 or (>= 21 and <= 34) or 39;
}
