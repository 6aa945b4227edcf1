using System.Text.Json.Nodes;

namespace Monogres.Proof.Comparison.Reports;

/// <summary>A report as programs read it. Fields keep their names and meaning; further ones may come.</summary>
public static class ReportJson
{
    private const int Version = 1;

    /// <summary>Writes a report, with all of its differences.</summary>
    public static JsonObject Of(ComparisonReport report) => new()
    {
        ["version"] = Version,
        ["one"] = report.One,
        ["other"] = report.Other,
        ["identical"] = report.Identical,
        ["entries"] = report.Entries,
        ["differences"] = new JsonArray([.. report.Differences.Select(Difference)]),
    };

    private static JsonObject Difference(Difference difference) => new()
    {
        ["path"] = difference.Path,
        ["kind"] = Name(difference.Kind),
        ["details"] = new JsonArray([.. difference.Details.Select(detail => (JsonNode)new JsonObject { ["what"] = detail.What, ["one"] = detail.One, ["other"] = detail.Other })]),
        ["causes"] = new JsonArray([.. difference.Causes.Select(cause => (JsonNode)new JsonObject { ["id"] = cause.Id, ["words"] = cause.Words, ["one"] = cause.One, ["other"] = cause.Other })]),
        ["explained"] = difference.IsExplained,
    };

    /// <summary>The name of a kind: <c>onlyInOne</c>.</summary>
    public static string Name(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Content => "content",
        DifferenceKind.Type => "type",
        DifferenceKind.OnlyInOne => "onlyInOne",
        DifferenceKind.OnlyInOther => "onlyInOther",
        DifferenceKind.LinkTarget => "linkTarget",
        DifferenceKind.Mode => "mode",
        DifferenceKind.Owner => "owner",
        DifferenceKind.Time => "time",
        DifferenceKind.Header => "header",
        DifferenceKind.Order => "order",
        DifferenceKind.Compression => "compression",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of difference"),
    };
}
