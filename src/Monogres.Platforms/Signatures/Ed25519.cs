using Curve = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Monogres.Platforms.Signatures;

/// <summary>Signatures with Ed25519 (RFC 8032, section 5.1), which .NET does not have.</summary>
public static class Ed25519
{
    /// <summary>Bytes of a private or a public key.</summary>
    public const int KeyLength = 32;

    private const int SignatureLength = 64;

    /// <summary>The public key of a private one.</summary>
    public static byte[] PublicKeyOf(byte[] secret)
    {
        var key = new byte[KeyLength];
        Curve.GeneratePublicKey(secret, 0, key, 0);
        return key;
    }

    /// <summary>The signature of some bytes: always the same.</summary>
    public static byte[] Sign(byte[] secret, byte[] content)
    {
        var signature = new byte[SignatureLength];
        Curve.Sign(secret, 0, content, 0, content.Length, signature, 0);
        return signature;
    }

    /// <summary>Whether the key made the signature.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, byte[] content, byte[] signature) =>
        signature.Length == SignatureLength && Curve.Verify(signature, 0, key.ToArray(), 0, content, 0, content.Length);
}
