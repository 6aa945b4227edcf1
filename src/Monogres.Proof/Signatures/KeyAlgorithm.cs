using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Monogres.Proof.Signatures;

/// <summary>Which algorithm a key in DER is for, told without a library that knows the algorithm.</summary>
internal static class KeyAlgorithm
{
    /// <summary>Ed25519 (RFC 8410, section 3).</summary>
    public const string Ed25519 = "1.3.101.112";

    /// <summary>Elliptic curves, the curve to be told (RFC 5480, section 2.1.1).</summary>
    public const string EllipticCurve = "1.2.840.10045.2.1";

    private const string P256 = "1.2.840.10045.3.1.7", Rsa = "1.2.840.113549.1.1.1", Ed448 = "1.3.101.113";

    /// <summary>That of a <c>SubjectPublicKeyInfo</c> (RFC 5280, section 4.1).</summary>
    /// <exception cref="AsnContentException">It is damaged.</exception>
    public static string OfPublic(byte[] info) => new AsnReader(info, AsnEncodingRules.DER).ReadSequence().ReadSequence().ReadObjectIdentifier();

    /// <summary>That of a <c>PrivateKeyInfo</c> (RFC 5958, section 2), and its key.</summary>
    /// <exception cref="AsnContentException">It is damaged.</exception>
    public static (string Algorithm, byte[] Key) OfPrivate(byte[] info)
    {
        var fields = new AsnReader(info, AsnEncodingRules.BER).ReadSequence();
        fields.ReadInteger();
        return (fields.ReadSequence().ReadObjectIdentifier(), fields.ReadOctetString());
    }

    /// <summary>Whether the curve is P-256, by its name.</summary>
    public static bool IsP256(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 };

    /// <summary>What people call it.</summary>
    public static string NameOf(string algorithm) => algorithm switch
    {
        Rsa => "RSA",
        Ed448 => "Ed448",
        _ => $"of the algorithm {algorithm}",
    };
}
