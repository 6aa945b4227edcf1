using System.Collections.Immutable;
using System.Text;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares texts by their lines.</summary>
internal static class TextComparison
{
    private const int LongestContext = 60, MostControlShare = 50;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The content as text; null when it is none: no UTF-8, or with bytes that no text has.</summary>
    public static string? TextOf(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.Contains((byte)0))
            return null;

        try
        {
            var text = Strict.GetString(bytes.Span);
            var controls = text.Count(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t' or '\f' or '\u001b'));
            return controls * MostControlShare > text.Length ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Adds the lines in which two texts differ.</summary>
    public static void Compare(string one, string other, DifferenceBuilder found)
    {
        string[] first = one.Split('\n'), second = other.Split('\n');
        var hunks = ListDiff.Of(first, second);
        // All from the first line that differs to the last: a line that moved is equal to itself.
        var lists = new Evidence.Lists(
            ListOf.Lines, [.. first[hunks[0].OneAt..(hunks[^1].OneAt + hunks[^1].One.Length)]], [.. second[hunks[0].OtherAt..(hunks[^1].OtherAt + hunks[^1].Other.Length)]]);
        if (CauseTable.Explain(lists) is [_, ..])
        {
            found.Add(new Detail("lines", Excerpt(lists.One), Excerpt(lists.Other)), lists);
            return;
        }

        foreach (var hunk in hunks)
            Add(hunk, first, second, found);
        if (one.EndsWith('\n') != other.EndsWith('\n'))
            found.Add(new Detail("line break at the end", one.EndsWith('\n') ? "one" : null, other.EndsWith('\n') ? "one" : null), null);
    }

    private static void Add(Hunk hunk, string[] one, string[] other, DifferenceBuilder found)
    {
        for (var i = 0; i < Math.Max(hunk.One.Length, hunk.Other.Length); i++)
        {
            var number = Math.Min(hunk.OneAt, hunk.OtherAt) + i + 1;
            var before = i > 0 || hunk.OneAt == 0 ? "" : one[hunk.OneAt - 1].Trim();
            var context = before.Length is > 0 and <= LongestContext ? $", after `{before}`" : "";
            var (line, otherLine) = (Line(hunk.One, i, hunk.OneAt, one), Line(hunk.Other, i, hunk.OtherAt, other));
            if (line is not null || otherLine is not null)
                found.AddTexts($"line {number}{context}", line, otherLine, "line");
        }
    }

    // The end of a text after its last line break is no line.
    private static string? Line(ImmutableArray<string> lines, int i, int at, string[] all) =>
        i < lines.Length && !(lines[i].Length == 0 && at + i == all.Length - 1) ? lines[i] : null;

    private static string Excerpt(ImmutableArray<string> lines) => string.Join(" | ", lines.Take(8).Select(line => line.Trim())) + (lines.Length > 8 ? " …" : "");
}
