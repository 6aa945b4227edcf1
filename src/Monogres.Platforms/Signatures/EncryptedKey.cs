using System.Text;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Pkcs;

namespace Monogres.Platforms.Signatures;

/// <summary>A private key that a passphrase protects (PKCS#8, RFC 5958).</summary>
public static class EncryptedKey
{
    /// <summary>The key in the clear, as a <c>PrivateKeyInfo</c> in DER; null when the passphrase is not its own.</summary>
    public static byte[]? Decrypt(byte[] der, string passphrase)
    {
        // The library takes the low byte of each character; OpenSSL, as .NET, the bytes of UTF-8.
        char[] bytes = [.. Encoding.UTF8.GetBytes(passphrase).Select(one => (char)one)];
        try
        {
            return PrivateKeyInfoFactory.CreatePrivateKeyInfo(bytes, EncryptedPrivateKeyInfo.GetInstance(der)).GetEncoded();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What a wrong passphrase decrypts to is anything.
            return null;
        }
    }
}
