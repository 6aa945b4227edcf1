using System.Globalization;

namespace Monogres.Core;

/// <summary>
/// The identity of some content, wherever it is stored: its SHA-256 and its size in bytes, as the Remote Execution API names a blob.
/// Written <c>hash/size</c>.
/// </summary>
/// <param name="Hash">The SHA-256 of the content.</param>
/// <param name="Size">The number of bytes, never negative.</param>
public readonly record struct Digest(Sha256Hash Hash, long Size) : IComparable<Digest>
{
    /// <summary>The digest of no bytes: every store has it.</summary>
    public static Digest Empty { get; } = Of([]);

    /// <summary>The digest of these bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => new(Sha256Hash.Of(content), content.Length);

    /// <summary>Reads <c>hash/size</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !Sha256Hash.TryParse(text[..slash], out var hash)
            || !long.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return false;

        digest = new Digest(hash, size);
        return true;
    }

    /// <summary>Reads <c>hash/size</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"'{text}' is not a digest: a SHA-256, a slash and a size are needed.");

    /// <summary>Orders by hash, then by size.</summary>
    public int CompareTo(Digest other)
    {
        var order = Hash.CompareTo(other.Hash);
        return order != 0 ? order : Size.CompareTo(other.Size);
    }

    /// <summary><c>hash/size</c></summary>
    public override string ToString() => $"{Hash}/{Size}";

    /// <summary>Orders by hash, then by size.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Orders by hash, then by size.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Orders by hash, then by size.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by hash, then by size.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
