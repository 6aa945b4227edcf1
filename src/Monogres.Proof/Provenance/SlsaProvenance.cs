using System.Text.Json.Nodes;

namespace Monogres.Proof.Provenance;

/// <summary>Names of SLSA provenance v1 (https://slsa.dev/spec/v1.1/provenance), and what our builds put there.</summary>
internal static class SlsaProvenance
{
    /// <summary>The type of the predicate.</summary>
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    /// <summary>What the parameters mean: docs/reference/attestations.md.</summary>
    public const string BuildType = "urn:monogres:build:1";

    /// <summary>The builder in a recipe: the tool, whoever runs it.</summary>
    public const string AnyBuilder = "urn:monogres:any-builder";

    /// <summary>The predicate.</summary>
    public static JsonObject Predicate(JsonObject definition, JsonObject run) => new() { ["buildDefinition"] = definition, ["runDetails"] = run };

    /// <summary>The version of the tool as a builder has it, of <c>monogres 0.1.0</c>.</summary>
    public static JsonObject VersionOf(string tool) => tool.Split(' ', 2) is [var name, var version] ? new JsonObject { [name] = version } : new JsonObject { [tool] = "" };
}
