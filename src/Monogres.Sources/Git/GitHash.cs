using System.Security.Cryptography;
using System.Text;

namespace Monogres.Sources.Git;

/// <summary>
/// Ids of git objects: the SHA-1 of <c>KIND SIZE\0CONTENT</c>, 40 hexadecimal digits. SHA-1 is what git has; what these ids are
/// compared with here is the digests of the index, which are SHA-256.
/// </summary>
public static class GitHash
{
    /// <summary>The number of hexadecimal digits.</summary>
    public const int Length = 40;

    /// <summary>Whether a text is an id.</summary>
    public static bool IsId(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The id of an object with this content.</summary>
    public static string Of(GitObjectKind kind, ReadOnlySpan<byte> content)
    {
        using var hash = Begin(kind, content.Length);
        hash.AppendData(content);
        return End(hash);
    }

    /// <summary>The id of a file with the rest of this content.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="size">How many bytes that are.</param>
    /// <param name="cancel">Stops.</param>
    public static async ValueTask<string> OfBlobAsync(Stream content, long size, CancellationToken cancel)
    {
        using var hash = Begin(GitObjectKind.Blob, size);
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
            hash.AppendData(buffer, 0, read);
        return End(hash);
    }

#pragma warning disable CA5350 // Not our choice: the ids of git are what they are.
    private static IncrementalHash Begin(GitObjectKind kind, long size)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"{Word(kind)} {size}\0"));
        return hash;
    }
#pragma warning restore CA5350

    private static string End(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static string Word(GitObjectKind kind) => kind switch
    {
        GitObjectKind.Commit => "commit",
        GitObjectKind.Tree => "tree",
        GitObjectKind.Blob => "blob",
        GitObjectKind.Tag => "tag",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of object"),
    };
}
