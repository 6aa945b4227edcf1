using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Matrix;
using Monogres.Monobot.Trials;

namespace Monogres.Monobot.Proposals;

/// <summary>A proposal as a page that a person judges in a minute: what changes, first; what was seen; where it comes from.</summary>
public static class ProposalPage
{
    private const int MostFiles = 8;

    /// <summary>The page, in Markdown.</summary>
    public static string Of(Proposal proposal)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {proposal.Project} {proposal.Version}\n\n| | {proposal.Previous} | {proposal.Version} |\n| --- | --- | --- |\n");
        Row(text, "PostgreSQL", proposal.Postgres.Before, proposal.Postgres.After);
        Row(text, "licence", proposal.License.Before ?? "not known", proposal.License.After ?? "not recognised");
        if (proposal.Payload is { } payload)
            Row(text, $"bytes on {payload.Server}", Bytes(payload.Bytes.Before), Bytes(payload.Bytes.After));
        foreach (var row in proposal.Tried.Rows)
            Row(text, $"tests on {ServerOf(row)}", proposal.Before.Rows.FirstOrDefault(before => string.Equals(ServerOf(before), ServerOf(row), StringComparison.Ordinal)) is { } earlier ? Result(earlier) : "not tried", Result(row));
        foreach (var refused in proposal.Tried.Refused)
            Row(text, $"tests on {refused.Server}", "", $"not possible: {refused.Reason}");

        List(text, "Files", Files(proposal.Payload));
        List(text, "Where it comes from", proposal.Origins);
        List(text, "To know", proposal.Notes);
        text.Append(CultureInfo.InvariantCulture, $"\nReleased {Time(proposal.Clock.Released)}, seen {Time(proposal.Clock.Seen)}, proven {Time(proposal.Clock.Proven)}: ")
            .Append(CultureInfo.InvariantCulture, $"{Span(proposal.Clock.Proven - proposal.Clock.Released)} after the release, {Span(proposal.Clock.Proven - proposal.Clock.Seen)} after it was seen.\n")
            .Append(CultureInfo.InvariantCulture, $"\n`git apply {proposal.Name}.patch` takes it; nothing was merged.\n");
        return text.ToString();
    }

    private static void Row(StringBuilder text, string what, string before, string after) =>
        text.Append(CultureInfo.InvariantCulture, $"| {(string.Equals(before, after, StringComparison.Ordinal) ? what : $"**{what}**")} | {Cell(before)} | {Cell(after)} |\n");

    // What others have written must not end the cell.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Result(MatrixRow row) => row.Status is MatrixStatus.NotRun ? $"not tried: {row.Reason}"
        : row.Payload is null ? $"not built: {row.Reason}"
        : $"{(SeenRange.Works(row) ? "works" : "does not start")}, {row.Passed} of {row.Tests}{(row.Reason is { } why ? $"; {why}" : "")}";

    private static IEnumerable<string> Files(PayloadChange? payload) =>
        payload is null ? []
        : payload.Added is [] && payload.Removed is [] ? ["the same files"]
        : new[] { Names("added", payload.Added), Names("removed", payload.Removed) }.OfType<string>();

    private static string? Names(string what, ImmutableArray<string> files) => files.IsEmpty ? null
        : $"{what}: {string.Join(", ", files.Take(MostFiles).Select(file => $"`{file}`"))}{(files.Length > MostFiles ? $" and {files.Length - MostFiles} more" : "")}";

    private static void List(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n{title}:\n\n{string.Concat(all.Select(line => $"- {line.ReplaceLineEndings(" ")}\n"))}");
    }

    private static string ServerOf(MatrixRow row) => (TargetName.Parse(row.Target) with { Extension = null }).ToString();

    private static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.TotalDays >= 2 ? $"{span.TotalDays:0} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0} hours" : span.TotalMinutes >= 2 ? $"{span.TotalMinutes:0} minutes" : "a minute";
}
