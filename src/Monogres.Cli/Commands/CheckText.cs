using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Proof.Policies;
using Monogres.Proof.Sbom;
using Monogres.Proof.Signatures;

namespace Monogres.Cli.Commands;

/// <summary>What <c>check</c> says.</summary>
/// <param name="global">The streams.</param>
/// <param name="json">Whether it is said as JSON.</param>
internal sealed class CheckText(GlobalOptions global, bool json)
{
    /// <summary>Writes the verdicts to standard output, and what is wrong with statements to standard error.</summary>
    public async Task WriteAsync(CheckReport report)
    {
        foreach (var problem in report.Problems)
            await global.Console.Error.WriteLineAsync($"error: {problem}");
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["accepted"] = report.ExitCode is Core.ExitCode.Done,
                ["artifacts"] = new JsonArray([.. report.Artifacts.Select(ToJson)]),
                ["problems"] = JsonText.Strings(report.Problems),
            }.ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var line in report.Artifacts.SelectMany(Lines))
            await global.Console.Out.WriteLineAsync(line);
        var accepted = report.Artifacts.Count(artifact => artifact.IsAccepted);
        await global.Console.Error.WriteLineAsync($"{accepted} of {report.Artifacts.Length} files accepted");
    }

    /// <summary>Writes the answer to a question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="findings">What was found, by the bill that says so.</param>
    /// <param name="isChecked">Whether the bills were checked.</param>
    public async Task WriteAsync(PackageQuery query, ImmutableArray<(string Bill, ImmutableArray<Finding> Found)> findings, bool isChecked)
    {
        var all = findings.SelectMany(one => one.Found.Select(found => (File: Path.Combine(Path.GetDirectoryName(one.Bill)!, found.Artifact), Found: found))).ToArray();
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["checked"] = isChecked,
                ["found"] = new JsonArray([.. all.Select(one => (JsonNode)new JsonObject
                {
                    ["file"] = one.File,
                    ["relation"] = one.Found.IsHeld ? "holds" : "needs",
                    ["component"] = one.Found.Component,
                    ["componentVersion"] = one.Found.Version,
                    ["through"] = JsonText.Strings(one.Found.Through),
                })]),
            }.ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var (file, found) in all)
            await global.Console.Out.WriteLineAsync($"{file}: {(found.IsHeld ? "holds" : "needs")} {found.Component} {found.Version}{(found.Through.IsEmpty ? "" : $", through {string.Join(", ", found.Through)}")}");
        if (all.Length == 0)
            await global.Console.Error.WriteLineAsync($"none of them holds or needs {query.Name}");
        if (!isChecked)
            await global.Console.Error.WriteLineAsync("the bills of materials were not checked: name the public key with `--key FILE`");
    }

    private static IEnumerable<string> Lines(ArtifactVerdict artifact)
    {
        yield return artifact switch
        {
            { IsAccepted: true } => $"{artifact.File}: accepted, stated by {Names(artifact.Agreeing)}",
            { Refused: { } reason } => $"{artifact.File}: refused: {reason}",
            { Agreeing.IsEmpty: true } => $"{artifact.File}: not identical: it has sha256 {artifact.Sha256}",
            _ => $"{artifact.File}: builders do not agree: it has sha256 {artifact.Sha256}, stated by {Names(artifact.Agreeing)}",
        };
        foreach (var other in artifact.Differing)
        {
            yield return $"  {other.Key} states sha256 {other.Sha256}";
            foreach (var where in other.Where)
                yield return $"    {where}";
        }
    }

    private static string Names(IEnumerable<VerificationKey> keys) => string.Join(", ", keys);

    private static JsonNode ToJson(ArtifactVerdict artifact)
    {
        var node = new JsonObject
        {
            ["file"] = artifact.File,
            ["accepted"] = artifact.IsAccepted,
            ["sha256"] = artifact.Sha256?.ToString(),
            ["agreeing"] = new JsonArray([.. artifact.Agreeing.Select(ToJson)]),
            ["differing"] = new JsonArray([.. artifact.Differing.Select(other => (JsonNode)new JsonObject
            {
                ["key"] = ToJson(other.Key),
                ["sha256"] = other.Sha256.ToString(),
                ["where"] = JsonText.Strings(other.Where),
            })]),
        };
        if (artifact.Refused is { } reason)
            node["refused"] = reason;
        return node;
    }

    private static JsonNode ToJson(VerificationKey key) => new JsonObject { ["name"] = key.Name, ["id"] = key.Id };
}
