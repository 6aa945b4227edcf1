namespace Monogres.Proof.Comparison.Contents;

/// <summary>The part of two long texts that shows in what they differ.</summary>
internal static class TextWindow
{
    /// <summary>Characters kept of what both have in common, on each side of what differs.</summary>
    private const int Around = 100;

    /// <summary>Characters kept of what differs.</summary>
    private const int Longest = 1000;

    private const char Cut = '…';

    /// <summary>Both texts, cut at the same places.</summary>
    public static (string One, string Other) Of(string one, string other)
    {
        var shorter = Math.Min(one.Length, other.Length);
        var start = one.AsSpan().CommonPrefixLength(other);
        var end = 0;
        while (end < shorter - start && one[^(end + 1)] == other[^(end + 1)])
            end++;

        var (first, last) = (Math.Max(0, start - Around), Math.Max(0, end - Around));
        return (Part(one, first, last), Part(other, first, last));
    }

    private static string Part(string text, int first, int last)
    {
        var part = text[first..^last];
        var isLong = part.Length > Longest;
        return $"{(first > 0 ? Cut : null)}{(isLong ? part[..Longest] : part)}{(isLong || last > 0 ? Cut : null)}";
    }
}
