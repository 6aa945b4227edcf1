using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Matrix;
using Monogres.Monobot.Trials;

namespace Monogres.Cli.Commands;

/// <summary>What trials of an entry showed, for people and for programs.</summary>
internal static class TrialText
{
    /// <summary>One line for each version and server.</summary>
    public static string Of(ProvenEntry proven) => ListCommand.Table(proven.Tried.SelectMany(one =>
        one.Rows.Select(row => new[] { one.Version, ServerOf(row), Words(row), row.Reason ?? "" })
            .Concat(one.Refused.Select(refused => new[] { one.Version, refused.Server.ToString(), "not possible", refused.Reason }))));

    /// <summary>What became of one server, in a few words.</summary>
    public static string Words(MatrixRow row) => row.Status switch
    {
        MatrixStatus.NotRun => "not tried",
        _ when row.Payload is null => "not built",
        _ when !SeenRange.Works(row) => "built, does not start",
        _ => $"works, {row.Passed} of {row.Tests} tests",
    };

    /// <summary>The same for programs.</summary>
    public static JsonArray Json(ProvenEntry proven) => new([.. proven.Tried.Select(one => (JsonNode)new JsonObject
    {
        ["version"] = one.Version,
        ["claimed"] = one.Claimed,
        ["postgres"] = proven.Added.FirstOrDefault(added => string.Equals(added.Version, one.Version, StringComparison.Ordinal)).Postgres,
        ["servers"] = new JsonArray(
        [
            .. one.Rows.Select(row => (JsonNode)new JsonObject { ["server"] = ServerOf(row), ["works"] = SeenRange.Works(row), ["passed"] = row.Passed, ["tests"] = row.Tests, ["reason"] = row.Reason }),
            .. one.Refused.Select(refused => (JsonNode)new JsonObject { ["server"] = refused.Server.ToString(), ["works"] = false, ["passed"] = null, ["tests"] = null, ["reason"] = refused.Reason }),
        ]),
    })]);

    private static string ServerOf(MatrixRow row) => (TargetName.Parse(row.Target) with { Extension = null }).ToString();
}
