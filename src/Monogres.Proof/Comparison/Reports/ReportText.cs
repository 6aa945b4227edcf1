using System.Text;

namespace Monogres.Proof.Comparison.Reports;

/// <summary>A report as a person reads it. What stands in the artifacts is shown without control characters.</summary>
public static class ReportText
{
    private const int LongestText = 400, CausesListed = 12, PathsListed = 3;

    /// <summary>Writes a report.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="differences">How many differences are shown, those of which the same is to say as one; the rest is counted.</param>
    /// <param name="details">How many details of each.</param>
    public static string Of(ComparisonReport report, int differences = 25, int details = 6)
    {
        if (report.Identical)
            return $"identical: {Count(report.Entries, "entry", "entries")} compared\n";

        var text = new StringBuilder();
        text.Append($"- {Plain(report.One)}\n+ {Plain(report.Other)}\n");
        text.Append($"{Count(report.Differences.Length, "difference", "differences")} in {Count(report.Entries, "entry", "entries")}\n");
        if (report.Differences.Length > 1)
            Causes(text, report);

        // A hundred files with one umask are one thing to read.
        var shown = report.Differences.GroupBy(difference => Body(difference, details), StringComparer.Ordinal).ToArray();
        foreach (var group in shown.Take(differences))
            text.Append($"\n{Paths([.. group])}: {group.Key}");
        if (shown.Skip(differences).Sum(group => group.Count()) is > 0 and var more)
            text.Append($"\nand {more} more\n");
        return text.ToString();
    }

    /// <summary>A text in one line that shows what it is and does nothing to a terminal.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Formatting characters turn the direction of what follows, or are not seen at all.
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator)
                plain.Append(rune.Value switch { '\t' => "\\t", '\n' => "\\n", '\r' => "\\r", < 0x100 => $"\\x{rune.Value:x2}", _ => $"\\u{rune.Value:x4}" });
            else
                plain.Append(rune.ToString());
            if (plain.Length > LongestText)
                return $"{plain}…";
        }

        return plain.ToString();
    }

    /// <summary>The kind of a difference, in words.</summary>
    public static string Words(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Content => "content",
        DifferenceKind.Type => "kind",
        DifferenceKind.OnlyInOne => "only in the first",
        DifferenceKind.OnlyInOther => "only in the second",
        DifferenceKind.LinkTarget => "link target",
        DifferenceKind.Mode => "mode",
        DifferenceKind.Owner => "owner",
        DifferenceKind.Time => "time",
        DifferenceKind.Header => "header",
        DifferenceKind.Order => "order",
        DifferenceKind.Compression => "compressed differently",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of difference"),
    };

    private static void Causes(StringBuilder text, ComparisonReport report)
    {
        var groups = report.Differences.GroupBy(difference => difference.Cause?.Words ?? "no cause that is known", StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        text.Append($"likely: {string.Join(", ", groups.Take(CausesListed).Select(group => $"{group.Key} ({group.Count()})"))}{(groups.Length > CausesListed ? ", …" : "")}\n");
    }

    private static string Paths(Difference[] alike) =>
        $"{string.Join(", ", alike.Take(PathsListed).Select(difference => Plain(difference.Path)))}{(alike.Length > PathsListed ? $" and {alike.Length - PathsListed} more" : "")}";

    private static string Body(Difference difference, int details)
    {
        var text = new StringBuilder($"{Words(difference.Kind)}\n");
        foreach (var detail in difference.Details.Take(details))
        {
            var isWhole = detail is { One: null, Other: null };
            if (detail.What.Length > 0)
                text.Append($"  {Plain(detail.What)}{(isWhole ? "" : ":")}\n");
            if (detail.One is { } one)
                text.Append($"    - {Plain(one)}\n");
            if (detail.Other is { } other)
                text.Append($"    + {Plain(other)}\n");
        }

        if (difference.Details.Length > details)
            text.Append($"  and {difference.Details.Length - details} more\n");
        foreach (var cause in difference.Causes)
            text.Append($"  likely {Plain(cause.ToString())}\n");
        if (difference.Causes.Length > 0 && !difference.IsExplained)
            text.Append("  which does not account for all of it\n");
        return text.ToString();
    }

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
