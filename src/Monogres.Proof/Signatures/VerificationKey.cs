using System.Formats.Asn1;
using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Platforms.Signatures;

namespace Monogres.Proof.Signatures;

/// <summary>A public key: ECDSA with P-256 and SHA-256 (FIPS 186-5), or Ed25519 (RFC 8032). Equal when the keys are.</summary>
public sealed class VerificationKey : IEquatable<VerificationKey>
{
    private const string Label = "PUBLIC KEY";

    // SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4), up to the 32 bytes of the key.
    private static readonly byte[] Ed25519Header = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    private readonly byte[] _info;

    private VerificationKey(byte[] info, string name) => (_info, Name, Id) = (info, name, Sha256Hash.Of(info).ToString());

    /// <summary>What a person calls it: the name of its file, or one that a policy gives.</summary>
    public string Name { get; private init; }

    /// <summary>Which key it is: the SHA-256 of its DER form, as <c>openssl pkey -pubin -outform der | sha256sum</c> prints it.</summary>
    public string Id { get; }

    /// <summary>Whether it is Ed25519; else it is ECDSA.</summary>
    public bool IsEd25519 => _info.AsSpan().StartsWith(Ed25519Header);

    /// <summary>The key as a PEM text, with a final line end.</summary>
    public string ToPem() => $"{PemEncoding.WriteString(Label, _info)}\n";

    /// <summary>Reads a PEM text, as <c>openssl pkey -pubout</c> writes it.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="name">The name of its file, for messages.</param>
    /// <exception cref="UserErrorException">It is not a public key of a kind that is known.</exception>
    public static VerificationKey Parse(string pem, string name)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
            throw KeyErrors.NotPem(name);
        if (pem[fields.Label] is not Label)
            throw KeyErrors.NotPublic(name, pem[fields.Label]);

        try
        {
            return Of(Convert.FromBase64String(pem[fields.Base64Data]), name);
        }
        catch (Exception damage) when (damage is AsnContentException or CryptographicException)
        {
            throw KeyErrors.Damaged(name, damage);
        }
    }

    /// <summary>Whether this key made a signature.</summary>
    public bool Verify(byte[] content, byte[] signature)
    {
        if (IsEd25519)
            return Ed25519.Verify(_info.AsSpan(Ed25519Header.Length), content, signature);

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The same key under another name.</summary>
    public VerificationKey Called(string name) => new(_info, name);

    /// <inheritdoc/>
    public bool Equals(VerificationKey? other) => other is not null && string.Equals(Id, other.Id, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerificationKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <summary>Its name, and the beginning of <see cref="Id"/>.</summary>
    public override string ToString() => $"{Name} ({Id[..16]})";

    internal static VerificationKey OfEd25519(ReadOnlySpan<byte> key, string name) => new([.. Ed25519Header, .. key], name);

    internal static VerificationKey Of(ECDsa key, string name) => KeyAlgorithm.IsP256(key) ? new(key.ExportSubjectPublicKeyInfo(), name) : throw KeyErrors.Unknown(name, "ECDSA with another curve than P-256");

    private static VerificationKey Of(byte[] info, string name)
    {
        var algorithm = KeyAlgorithm.OfPublic(info);
        if (algorithm is KeyAlgorithm.Ed25519)
            return info.Length == Ed25519Header.Length + Ed25519.KeyLength ? new VerificationKey(info, name) : throw new AsnContentException();
        if (algorithm is not KeyAlgorithm.EllipticCurve)
            throw KeyErrors.Unknown(name, KeyAlgorithm.NameOf(algorithm));

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(info, out _);
        return Of(key, name);
    }
}
