using System.Formats.Asn1;
using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Platforms.Signatures;

namespace Monogres.Proof.Signatures;

/// <summary>
/// A private key on disk, as PEM: PKCS#8 in the clear or encrypted (<c>openssl genpkey</c>), or an elliptic curve's own form.
/// Signatures of Ed25519 are a function of key and content, those of ECDSA differ each time.
/// </summary>
public sealed class SigningKey : ISigner
{
    private const string Plain = "PRIVATE KEY", Encrypted = "ENCRYPTED PRIVATE KEY", Curve = "EC PRIVATE KEY";

    private readonly Func<byte[], byte[]> _sign;

    private SigningKey(VerificationKey key, Func<byte[], byte[]> sign) => (Key, _sign) = (key, sign);

    /// <inheritdoc/>
    public VerificationKey Key { get; }

    /// <inheritdoc/>
    public Task<byte[]> SignAsync(byte[] content, CancellationToken cancel) => Task.FromResult(_sign(content));

    /// <summary>Reads a key.</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="name">The name of the file, for messages.</param>
    /// <param name="passphrase">What the key is encrypted by, or null.</param>
    /// <exception cref="UserErrorException">It is not a private key of a kind that is known, or the passphrase is not its own.</exception>
    public static SigningKey Parse(string pem, string name, string? passphrase)
    {
        var (label, der) = Find(pem, name);
        try
        {
            return label switch
            {
                Curve => OfCurve(key => key.ImportECPrivateKey(der, out _), name),
                Encrypted => OfEncrypted(der, name, passphrase ?? throw KeyErrors.NeedsPassphrase(name)),
                _ => OfInfo(der, name),
            };
        }
        catch (Exception damage) when (damage is AsnContentException or CryptographicException)
        {
            throw KeyErrors.Damaged(name, damage);
        }
    }

    private static (string Label, byte[] Der) Find(string pem, string name)
    {
        var (rest, other) = (pem, (string?)null);
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label is Plain or Encrypted or Curve)
                return (label, Convert.FromBase64String(rest[fields.Base64Data]));

            other ??= label;
            rest = rest[fields.Location.End..];
        }

        throw other is not null ? KeyErrors.NotPrivate(name, other) : pem.Contains("Proc-Type:", StringComparison.Ordinal) ? KeyErrors.NotPrivate(name, "encrypted EC PRIVATE KEY") : KeyErrors.NotPem(name);
    }

    private static SigningKey OfInfo(byte[] info, string name)
    {
        var (algorithm, key) = KeyAlgorithm.OfPrivate(info);
        return algorithm switch
        {
            KeyAlgorithm.Ed25519 => OfEd25519(new AsnReader(key, AsnEncodingRules.BER).ReadOctetString(), name),
            KeyAlgorithm.EllipticCurve => OfCurve(one => one.ImportPkcs8PrivateKey(info, out _), name),
            _ => throw KeyErrors.Unknown(name, KeyAlgorithm.NameOf(algorithm)),
        };
    }

    /// <summary>The algorithm of an encrypted key is not known before it is decrypted, and .NET decrypts no Ed25519; so the library is loaded when .NET cannot.</summary>
    private static SigningKey OfEncrypted(byte[] der, string name, string passphrase)
    {
        try
        {
            return OfCurve(key => key.ImportEncryptedPkcs8PrivateKey(passphrase, der, out _), name);
        }
        catch (CryptographicException)
        {
            return OfInfo(EncryptedKey.Decrypt(der, passphrase) ?? throw KeyErrors.WrongPassphrase(name), name);
        }
    }

    private static SigningKey OfCurve(Action<ECDsa> import, string name)
    {
        var key = ECDsa.Create();
        import(key);
        return new SigningKey(VerificationKey.Of(key, name), content => key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static SigningKey OfEd25519(byte[] secret, string name) => secret.Length == Ed25519.KeyLength
        ? new SigningKey(VerificationKey.OfEd25519(Ed25519.PublicKeyOf(secret), name), content => Ed25519.Sign(secret, content))
        : throw new AsnContentException();
}
