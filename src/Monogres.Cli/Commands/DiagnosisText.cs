using Monogres.Index;
using Monogres.Plans.Targets;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Index.Platforms;
using Monogres.Sources.Inspection;
using Monogres.Plans;
using Monogres.Sources;

namespace Monogres.Cli.Commands;

/// <summary>How a diagnosis is written.</summary>
internal static class DiagnosisText
{
    /// <summary>For people.</summary>
    public static string Of(Diagnosis diagnosis)
    {
        var (facts, text) = (diagnosis.Facts, new StringBuilder());
        text.Append($"{diagnosis.Extension?.ToString() ?? diagnosis.Source}{(diagnosis.Extension is null || string.Equals(diagnosis.Source, diagnosis.Extension.ToString(), StringComparison.Ordinal) ? "" : $" in {diagnosis.Source}")}\n");
        Line(text, "build", facts.Style is null ? null : $"{facts.Style}, because of {facts.StyleFile}{(facts.Arguments.IsEmpty ? "" : $", with {string.Join(' ', facts.Arguments)}")}");
        Line(text, "creates", string.Join(", ", facts.Extensions.Select(one => one.DefaultVersion is null ? one.Name : $"{one.Name} {one.DefaultVersion}")));
        Line(text, "libraries", string.Join(", ", facts.Modules));
        Line(text, "requires", string.Join(", ", facts.Extensions.SelectMany(one => one.Requires).Distinct(StringComparer.Ordinal)));
        Line(text, "preload", string.Join(", ", facts.Preload));
        Line(text, "tests with", string.Join(", ", facts.TestSettings.Select(setting => $"{setting.Key} = {setting.Value}")));
        Line(text, "postgres", facts.Postgres.ToRange(0) is { } range ? $"{range} ({facts.Postgres.From})" : null);
        Line(text, "license", facts.License);
        Line(text, "calls", string.Join(", ", facts.Tools.Select(tool => $"{tool.Program} ({tool.File}:{tool.Line})")));
        foreach (var same in diagnosis.Plans.GroupBy(Packages, StringComparer.Ordinal))
            Line(text, "plan", $"{Servers([.. same])} on {same.First().Id.Platform}{same.Key}");

        HashSet<string> explained = new(StringComparer.Ordinal);
        foreach (var finding in diagnosis.Findings)
        {
            text.Append($"{Word(finding.Severity)} {finding.Rule.Id}: {(finding.Place.Length > 0 ? $"{finding.Place}: " : "")}{finding.Text}\n");
            if (explained.Add(finding.Advice))
                text.Append($"  {finding.Advice}\n");
        }

        var (errors, warnings) = (diagnosis.Findings.Count(one => one.Severity is FindingSeverity.Error), diagnosis.Findings.Count(one => one.Severity is FindingSeverity.Warning));
        text.Append(errors > 0 ? $"it would fail: {Count(errors, "error")}, {Count(warnings, "warning")}\n" : $"nothing is certain to fail: {Count(warnings, "warning")}\n");
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public static JsonObject Json(IEnumerable<Diagnosis> diagnoses) => new() { ["version"] = 1, ["diagnoses"] = new JsonArray([.. diagnoses.Select(diagnosis => (JsonNode)Json(diagnosis))]) };

    private static JsonObject Json(Diagnosis diagnosis)
    {
        var facts = diagnosis.Facts;
        return new JsonObject
        {
            ["source"] = diagnosis.Source,
            ["name"] = diagnosis.Extension?.Name.Value,
            ["extensionVersion"] = diagnosis.Extension?.Version,
            ["style"] = facts.Style,
            ["arguments"] = Strings(facts.Arguments),
            ["extensions"] = new JsonArray([.. facts.Extensions.Select(one => (JsonNode)new JsonObject
            {
                ["name"] = one.Name,
                ["file"] = one.File,
                ["defaultVersion"] = one.DefaultVersion,
                ["requires"] = Strings(one.Requires),
            })]),
            ["libraries"] = Strings(facts.Modules),
            ["preload"] = Strings(facts.Preload),
            ["testSettings"] = new JsonObject(facts.TestSettings.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value))),
            ["postgres"] = facts.Postgres.ToRange(0),
            ["license"] = facts.License,
            ["calls"] = new JsonArray([.. facts.Tools.Select(tool => (JsonNode)new JsonObject
            {
                ["program"] = tool.Program,
                ["package"] = tool.Tool.Package,
                ["file"] = tool.File,
                ["line"] = tool.Line,
            })]),
            ["plans"] = new JsonArray([.. diagnosis.Plans.Select(plan => (JsonNode)new JsonObject
            {
                ["target"] = plan.Id.Name.ToString(),
                ["platform"] = plan.Id.Platform.ToString(),
                ["buildPackages"] = Strings(Own(plan, made => made.BuildPackages)),
                ["runtimePackages"] = Strings(Own(plan, made => made.RuntimePackages)),
                ["requires"] = Strings(plan.Installs.SkipLast(1).Select(one => one.Id.Name.ToString())),
            })]),
            ["findings"] = new JsonArray([.. diagnosis.Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["rule"] = finding.Rule.Id,
                ["severity"] = Word(finding.Severity),
                ["file"] = finding.File,
                ["line"] = finding.Line,
                ["text"] = finding.Text,
                ["advice"] = finding.Advice,
            })]),
            ["fails"] = diagnosis.CertainlyFails,
        };
    }

    private static void Line(StringBuilder text, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            text.Append($"  {label,-9}  {value}\n");
    }

    private static string Servers(Target[] plans)
    {
        string Name(Target plan) => plan.Server.Id.Name.ToString();
        return plans.Length == 1 ? Name(plans[0]) : $"{plans.Length} releases from {Name(plans[0])} to {Name(plans[^1])}";
    }

    private static IEnumerable<string> Own(Target plan, Func<TargetIngredients, PackageNames> packages) =>
        packages(plan.Ingredients).Own.Except(packages(plan.Server.Ingredients).Own, StringComparer.Ordinal);

    // Only those that PostgreSQL itself does without.
    private static string Packages(Target plan)
    {
        var (build, runtime) = (Own(plan, made => made.BuildPackages).ToArray(), Own(plan, made => made.RuntimePackages).ToArray());
        return (build.Length > 0 ? $"; to build: {string.Join(", ", build)}" : "") + (runtime.Length > 0 ? $"; to run: {string.Join(", ", runtime)}" : "");
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Word(FindingSeverity severity) => severity switch { FindingSeverity.Error => "error", FindingSeverity.Warning => "warning", _ => "note" };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
