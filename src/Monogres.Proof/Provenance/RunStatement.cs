using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Results.Records;

namespace Monogres.Proof.Provenance;

/// <summary>
/// Who built artifacts, when and where, as SLSA provenance. It differs from one builder to the next and is never compared; what
/// the artifacts are made of is in the recipe, which it names by digest.
/// </summary>
public static class RunStatement
{
    private const string OutputName = "output";

    /// <summary>The statement of one builder.</summary>
    /// <param name="recipe">What the artifacts are made of.</param>
    /// <param name="manifest">What became of the target.</param>
    /// <param name="builder">Who says so.</param>
    /// <param name="run">The run that built it, when it is recorded.</param>
    /// <param name="output">What the action gave when this builder had it run, when that is known: the tree before a payload is made of it.</param>
    public static Statement Of(Statement recipe, TargetManifest manifest, Builder builder, TargetRun? run, Digest? output)
    {
        var definition = new JsonObject
        {
            ["buildType"] = SlsaProvenance.BuildType,
            ["externalParameters"] = RecipeStatement.Parameters(manifest.Recipe),
            ["resolvedDependencies"] = new JsonArray(ResourceDescriptor.Of("recipe", Sha256Hash.Of(recipe.ToBytes()))),
        };
        var tool = ResourceDescriptor.Of(manifest.Recipe.Tool, builder.Tool);
        var details = new JsonObject
        {
            ["builder"] = new JsonObject { ["id"] = builder.Id, ["version"] = SlsaProvenance.VersionOf(builder.ToolVersion), ["builderDependencies"] = new JsonArray(tool) },
        };
        if (run is not null)
            details["metadata"] = Metadata(run);
        if (output is { } given)
            details["byproducts"] = new JsonArray(ResourceDescriptor.Of(OutputName, given.Hash));
        return new Statement(recipe.Subjects, SlsaProvenance.PredicateType, SlsaProvenance.Predicate(definition, details));
    }

    /// <summary>The digest of the recipe that a statement of this kind is about; null for a statement of another kind.</summary>
    public static Sha256Hash? RecipeOf(Statement statement) =>
        statement.PredicateType is SlsaProvenance.PredicateType
        && statement.Predicate["buildDefinition"]?["resolvedDependencies"] is JsonArray and [JsonObject only]
        && TextOf(only["name"]) is "recipe"
        && TextOf(only["digest"]?["sha256"]) is { } text && Sha256Hash.TryParse(text, out var sha256) ? sha256 : null;

    /// <summary>The action that a builder had run and what it gave; null when the statement does not say.</summary>
    public static (Digest Action, Sha256Hash Output)? ResultOf(Statement statement) =>
        RecipeOf(statement) is not null
        && TextOf(statement.Predicate["buildDefinition"]?["externalParameters"]?["action"]) is { } action && Digest.TryParse(action, out var digest)
        && statement.Predicate["runDetails"]?["byproducts"] is JsonArray byproducts
        && byproducts.OfType<JsonObject>().FirstOrDefault(one => TextOf(one["name"]) is OutputName) is { } output
        && TextOf(output["digest"]?["sha256"]) is { } text && Sha256Hash.TryParse(text, out var sha256) ? (digest, sha256) : null;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Metadata(TargetRun run) => new()
    {
        ["startedOn"] = Time(run.Ended - TimeSpan.FromSeconds(run.Seconds)),
        ["finishedOn"] = Time(run.Ended),
        // Fields of our own have our name in front (https://slsa.dev/spec/v1.1/provenance#parsing-rules).
        ["monogres_host"] = run.Host,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Who builds.</summary>
/// <param name="Id">A URI that names the builder for those who check.</param>
/// <param name="ToolVersion">The tool that runs: <c>monogres 0.1.0</c>.</param>
/// <param name="Tool">Its program: of one file its SHA-256, else that of the list of its files.</param>
public sealed record Builder(string Id, string ToolVersion, Sha256Hash Tool);
