using System.Text.Json.Nodes;
using Monogres.Proof.Json;
using Monogres.Proof.Provenance;

namespace Monogres.Proof.Policies;

/// <summary>Where two recipes of one target differ, what explains most first.</summary>
internal static class RecipeDifferences
{
    private static readonly string[] Sections = ["externalParameters", "internalParameters"];

    /// <summary>The differences, as sentences.</summary>
    /// <param name="one">A recipe.</param>
    /// <param name="other">The other one.</param>
    public static IEnumerable<string> Between(Statement one, Statement other)
    {
        var before = Sections.SelectMany(section => Members(one, section)).ToDictionary(StringComparer.Ordinal);
        var now = Sections.SelectMany(section => Members(other, section)).ToDictionary(StringComparer.Ordinal);
        var sameInputs = true;
        foreach (var name in before.Keys.Union(now.Keys, StringComparer.Ordinal))
        {
            if (Text(before, name) is var was && Text(now, name) is var @is && !string.Equals(was, @is, StringComparison.Ordinal))
            {
                sameInputs = false;
                yield return $"{name}: {was} and {@is}";
            }
        }

        var payload = (One: one.Find(Subject.PayloadName), Other: other.Find(Subject.PayloadName));
        if (payload.One != payload.Other)
            yield return sameInputs ? "the same action gave another payload: the build is not reproducible" : "so the payload is another";
        else if (sameInputs)
            yield return "the payload is the same, and was packed into another file";
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(Statement statement, string section) =>
        statement.Predicate["buildDefinition"]?[section] as JsonObject ?? [];

    private static string Text(Dictionary<string, JsonNode?> all, string name) => !all.TryGetValue(name, out var node) ? "nothing"
        : node is JsonValue value && value.TryGetValue<string>(out var text) ? text
        : node?.ToJsonString() ?? "nothing";
}
