using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Monogres.Proof.Comparison.Reports;
using Monogres.Proof.Variations;

namespace Monogres.Proof.Verification;

/// <summary>Words a verification, for people and for programs.</summary>
/// <param name="varied">What the rebuild has otherwise.</param>
/// <param name="notVaried">What was asked for and could not be varied here, with the reason.</param>
public sealed class VerificationReport(ImmutableArray<Axis> varied, ImmutableArray<(Axis Axis, string Reason)> notVaried)
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is said before the rebuild.</summary>
    /// <param name="targets">How many targets are rebuilt.</param>
    /// <param name="given">What they are built against and is not rebuilt.</param>
    public Said Begin(int targets, IReadOnlyList<string> given)
    {
        var text = new StringBuilder()
            .Append($"rebuilding {targets} {(targets == 1 ? "target" : "targets")} from source in an empty store, with {varied.Length} things varied: {string.Join(", ", varied.Select(axis => axis.Name))}");
        if (given.Count > 0)
            text.Append($"\ngiven by digest, and not rebuilt (`--deep` does): {string.Join(", ", given)}");
        foreach (var (axis, reason) in notVaried)
            text.Append($"\nnot varied: {axis.Name}: {reason}");
        return new Said(text.ToString(), Result: null, new JsonObject
        {
            ["event"] = "verifying",
            ["targets"] = targets,
            ["given"] = new JsonArray([.. given.Select(one => (JsonNode)one)]),
            ["varied"] = new JsonArray([.. varied.Select(axis => (JsonNode)new JsonObject { ["axis"] = axis.Name, ["there"] = axis.There })]),
            ["notVaried"] = new JsonArray([.. notVaried.Select(one => (JsonNode)new JsonObject { ["axis"] = one.Axis.Name, ["reason"] = one.Reason })]),
        }.ToJsonString(Line));
    }

    /// <summary>What is said of a target.</summary>
    public static Said Of(Verdict verdict) => new(null, Text(verdict), new JsonObject
    {
        ["event"] = "verified",
        ["target"] = verdict.Target,
        ["same"] = verdict.IsSame,
        ["failure"] = verdict.Failure,
        ["damage"] = verdict.Damage,
        ["files"] = new JsonArray([.. verdict.Files.Select(file => (JsonNode)new JsonObject { ["name"] = file.Name, ["first"] = file.First, ["second"] = file.Second, ["same"] = file.IsSame })]),
        ["differences"] = new JsonArray([.. verdict.Differences.Select(report => (JsonNode)ReportJson.Of(report))]),
    }.ToJsonString(Line));

    private static string Text(Verdict verdict)
    {
        if (verdict.Failure is { } failure)
            return $"{verdict.Target}: not rebuilt: {failure}";

        if (verdict.IsSame)
            return $"{verdict.Target}: the same, {string.Join(", ", verdict.Files.Select(file => $"{file.Name} {Short(file.First)}"))}";

        var text = new StringBuilder($"{verdict.Target}: not the same");
        if (verdict.Damage is { } damage)
            text.Append("\n  the first build is damaged in the store: ").Append(damage).Append("; build it again");
        foreach (var file in verdict.Files)
            text.Append(file.IsSame ? $"\n  {file.Name}: the same, {Short(file.First)}" : $"\n  {file.Name}: {Short(file.First)} and {Short(file.Second)}");
        // It was built of the same, then: the difference lies in how it was packed, or in what was done to it since.
        if (verdict.Files.Any(file => file is { Name: ComparedFile.Payload, IsSame: true }))
            text.Append("\n  the payload is what was rebuilt, so it was packed by another version of the tool or of the programs that compress, or was changed afterwards");
        foreach (var report in verdict.Differences)
            text.Append('\n').Append(ReportText.Of(report).TrimEnd('\n'));
        return text.ToString();
    }

    private static string Short(string? digest) => digest is null ? "nothing" : digest.Length > 16 ? digest[..16] : digest;
}

/// <summary>Something that is said.</summary>
/// <param name="Message">To people, beside the results; or null.</param>
/// <param name="Result">To people, as a result; or null.</param>
/// <param name="Json">To programs, on one line.</param>
public sealed record Said(string? Message, string? Result, string Json);
