using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Monobot;
using Monogres.Monobot.Proposals;

namespace Monogres.Cli.Commands;

/// <summary>What a run of the bot found, for people and for programs.</summary>
internal static class BotText
{
    /// <summary>Alarms first, then what is new, then what to know.</summary>
    public static string Of(BotReport report)
    {
        var text = new StringBuilder();
        foreach (var alarm in report.Alarms)
            text.Append(CultureInfo.InvariantCulture, $"ALARM {alarm.Project} {alarm.Version}: {alarm.Text}\n");
        text.Append(ListCommand.Table(report.Releases.Select(one => new[]
        {
            one.Project.Value, one.Release.Previous, one.Release.Version, WhereOf(one), BotState.Word(one.Remembered.Outcome),
            one.Proposal is { } made ? $"PostgreSQL {made.Postgres.After}" : one.Remembered.Reason ?? "",
        })));
        foreach (var (project, note) in report.Notes)
            text.Append(CultureInfo.InvariantCulture, $"note: {project}: {note}\n");
        foreach (var why in report.Unanswered)
            text.Append(CultureInfo.InvariantCulture, $"no answer: {why}\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Projects} projects: {report.Releases.Length} new releases, {report.Releases.Count(one => one.Proposal is not null)} proposed now, {report.Alarms.Length} alarms, {report.Unanswered.Length} without an answer\n");
        return text.ToString();
    }

    /// <summary>The same as JSON.</summary>
    public static JsonObject Json(BotReport report) => new()
    {
        ["version"] = 1,
        ["projects"] = report.Projects,
        ["releases"] = new JsonArray([.. report.Releases.Select(one => (JsonNode)new JsonObject
        {
            ["project"] = one.Project.Value,
            ["previous"] = one.Release.Previous,
            ["version"] = one.Release.Version,
            ["from"] = WhereOf(one),
            ["outcome"] = BotState.Word(one.Remembered.Outcome),
            ["reason"] = one.Remembered.Reason,
            ["proposal"] = one.Proposal is { } made ? Json(made) : null,
        })]),
        ["alarms"] = new JsonArray([.. report.Alarms.Select(alarm => (JsonNode)new JsonObject { ["project"] = alarm.Project.Value, ["version"] = alarm.Version, ["text"] = alarm.Text })]),
        ["notes"] = new JsonArray([.. report.Notes.Select(note => (JsonNode)new JsonObject { ["project"] = note.Project.Value, ["text"] = note.Text })]),
        ["unanswered"] = JsonText.Strings(report.Unanswered),
    };

    private static JsonObject Json(Proposal proposal) => new()
    {
        ["name"] = proposal.Name,
        ["postgres"] = proposal.Postgres.After,
        ["released"] = Time(proposal.Clock.Released),
        ["seen"] = Time(proposal.Clock.Seen),
        ["proven"] = Time(proposal.Clock.Proven),
    };

    private static string WhereOf(ReportedRelease one) => string.Join(", ", new[] { one.Release.Tag is { } tag ? $"tag {tag.Tag.Name}" : null }.OfType<string>()
        .Concat(one.Release.Debian.Select(source => $"Debian {source.Suite}")));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
