using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares contents of which nothing is known but their bytes.</summary>
internal static class BytesComparison
{
    /// <summary>Bytes that differ are one place as long as no more than this many equal ones are between them: the length of a pointer.</summary>
    private const int Gap = 8;

    private const int MostPlaces = 64, Shown = 24, MostEvidence = 4096, Around = 64;

    /// <summary>Adds where and in what two contents differ.</summary>
    /// <param name="where">What they are part of, in front of an offset: <c>.data at</c>; empty for the whole.</param>
    /// <param name="one">The first.</param>
    /// <param name="other">The second.</param>
    /// <param name="found">Where to add.</param>
    /// <param name="symbolAt">The name of what stands at an offset, or null.</param>
    public static void Compare(string where, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found, Func<int, string?>? symbolAt = null)
    {
        if (one.Length == other.Length)
            ComparePlaces(where, one, other, found, symbolAt ?? (_ => null));
        else
            CompareStrings(where, one, other, found);
    }

    private static void ComparePlaces(string where, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found, Func<int, string?> symbolAt)
    {
        var (places, end) = (0, 0);
        for (int start; (start = end + one.Span[end..].CommonPrefixLength(other.Span[end..])) < one.Length;)
        {
            end = EndOf(start, one.Span, other.Span);
            if (++places > MostPlaces)
            {
                found.Say(new Detail($"{where}: further bytes differ from 0x{start:x} on"));
                return;
            }

            if (StringRuns.Around(one.Span, start) is { } text && StringRuns.Around(other.Span, start) is { } otherText)
            {
                found.AddTexts(At(where, start, symbolAt: symbolAt), text, otherText, "string");
                end = Math.Max(end, Math.Min(one.Length, start + Math.Max(text.Length, otherText.Length)));
                continue;
            }

            var length = end - start;
            found.Add(new Detail(At(where, start, length, symbolAt), Hex(one.Span.Slice(start, length)), Hex(other.Span.Slice(start, length))), EvidenceOf(one, other, start, Math.Min(length, MostEvidence), 0) with { IsCompiled = where.Length > 0 });
        }
    }

    /// <summary>Bytes that differ, with those around them.</summary>
    /// <param name="one">The first content, or a part of it.</param>
    /// <param name="other">As much of the second.</param>
    /// <param name="start">Where in them the bytes begin.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="offset">Where the parts begin in their contents.</param>
    public static Evidence.Bytes EvidenceOf(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, int start, int length, long offset)
    {
        var from = Math.Max(0, start - Around);
        var to = Math.Min(Math.Min(one.Length, other.Length), start + length + Around);
        return new Evidence.Bytes(offset + from, start - from, length, one[from..to], other[from..to]);
    }

    /// <summary>Adds the texts in which two contents differ. With an insertion everything behind it is elsewhere, and only what can be read can be paired.</summary>
    public static void CompareStrings(string where, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found)
    {
        var start = one.Span.CommonPrefixLength(other.Span);
        found.Say(new Detail(where.Length == 0 ? "size" : $"{where}: size", $"{one.Length} bytes", $"{other.Length} bytes"));
        var hunks = ListDiff.Of(StringRuns.In(one.Span), StringRuns.In(other.Span));
        if (hunks.IsEmpty)
        {
            found.Add(new Detail(At(where, start), Hex(one.Span[start..]), Hex(other.Span[start..])), null);
            return;
        }

        foreach (var hunk in hunks)
        {
            for (var i = 0; i < Math.Max(hunk.One.Length, hunk.Other.Length); i++)
                found.AddTexts(where.Length == 0 ? "string" : $"{where}: string", i < hunk.One.Length ? hunk.One[i] : null, i < hunk.Other.Length ? hunk.Other[i] : null, "string");
        }
    }

    private static int EndOf(int start, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var end = start + 1;
        for (var at = end; at < one.Length && at - end <= Gap; at++)
        {
            if (one[at] != other[at])
                end = at + 1;
        }

        return end;
    }

    private static string At(string where, int offset, int length = 1, Func<int, string?>? symbolAt = null)
    {
        var symbol = symbolAt?.Invoke(offset) is { } name ? $"in `{name}`, " : "";
        return $"{(where.Length == 0 ? "" : $"{where}: ")}{symbol}{(length == 1 ? "byte" : $"{length} bytes")} at 0x{offset:x}";
    }

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? "nothing more" : $"{Convert.ToHexStringLower(bytes[..Math.Min(Shown, bytes.Length)])}{(bytes.Length > Shown ? "…" : "")}";
}
