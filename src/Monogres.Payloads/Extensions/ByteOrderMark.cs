namespace Monogres.Payloads.Extensions;

/// <summary>The three bytes that some editors put before UTF-8. PostgreSQL takes them for letters in control files and scripts of extensions.</summary>
public static class ByteOrderMark
{
    /// <summary>What is said of a file with one.</summary>
    public const string Problem = "line 1 begins with a byte-order mark";

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether a file begins with one.</summary>
    public static bool IsAt(ReadOnlySpan<byte> content) => content.StartsWith(Mark);

    /// <summary>The content without it.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> content) => IsAt(content) ? content[Mark.Length..] : content;
}
