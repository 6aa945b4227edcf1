using System.Security.Cryptography;

namespace Monogres.Proof.Sbom;

/// <summary>UUIDs that are a function of some content (RFC 9562, section 5.5, version 5): equal documents have equal ones.</summary>
internal static class NamedUuid
{
    // The namespace of URLs (RFC 9562, section 6.6).
    private static readonly Guid Urls = Guid.Parse("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>The UUID of some content.</summary>
    public static Guid Of(byte[] content)
    {
        // What finds accidents and names things; nothing is proved by it.
#pragma warning disable CA5350
        var hash = SHA1.HashData([.. Urls.ToByteArray(bigEndian: true), .. content]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
