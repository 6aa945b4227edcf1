using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;

namespace Monogres.Sources.Packages;

/// <summary>Adds package sets to the text of a <c>platform.json</c>, and changes nothing else in it.</summary>
public static class PlatformEdit
{
    /// <summary>Adds the sets that a platform lacks, after those that it has.</summary>
    /// <param name="platform">The content of the file; changed.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="addition">What is added.</param>
    /// <exception cref="UserErrorException">The content is not that of a platform.</exception>
    public static void Apply(JsonObject platform, string file, PlatformAddition addition)
    {
        Add(platform["package_sets"], addition.Sets);
        if (!addition.CrossSets.IsEmpty)
            Add(platform["cross"]?["package_sets"], addition.CrossSets);

        void Add(JsonNode? node, ImmutableSortedDictionary<string, ImmutableArray<string>> sets)
        {
            var known = node as JsonObject ?? throw new UserErrorException($"{file} is not the file of a platform: it lacks `package_sets`", "see docs/reference/index.md");
            foreach (var (name, packages) in sets.Where(set => !known.ContainsKey(set.Key)))
                known[name] = new JsonArray([.. packages.Select(package => (JsonNode)package)]);
        }
    }
}
