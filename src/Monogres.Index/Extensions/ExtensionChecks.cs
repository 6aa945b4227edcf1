using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Extensions;

/// <summary>The checks of extensions and modules that need the whole index.</summary>
internal static class ExtensionChecks
{
    /// <summary>Records a problem for each name that is already in use.</summary>
    /// <param name="extensions">The extensions with sources of their own, whose folders differ already.</param>
    /// <param name="modules">The modules.</param>
    /// <param name="servers">The servers, whose folders differ already.</param>
    public static void CheckNames(IReadOnlyList<ExtensionReading> extensions, IReadOnlyList<ExtensionReading> modules, IReadOnlyList<Project> servers)
    {
        var taken = new Dictionary<ProjectName, string>();
        foreach (var server in servers)
            taken[server.Name] = $"the server in {server.Folder}/repo.json";
        foreach (var reading in modules.Where(reading => reading.Extension.Name.Value.Length > 0))
        {
            if (!taken.TryAdd(reading.Extension.Name, $"a module in {reading.Extension.Folder}/modules.json"))
                reading.Name?.Problem($"is also the name of {taken[reading.Extension.Name]}");
        }

        // A name that could not be read is the same empty one everywhere, and a problem already.
        foreach (var reading in extensions.Where(reading => reading.Extension.Name.Value.Length > 0))
        {
            if (taken.TryGetValue(reading.Extension.Name, out var other))
                reading.Name?.Problem($"is `{reading.Extension.Name}`, which is also the name of {other}");
        }
    }

    /// <summary>Records a problem for each style that does not build extensions.</summary>
    public static void CheckStyles(IEnumerable<ExtensionReading> extensions, IReadOnlyList<ExtensionStyleReading> styles, IReadOnlyList<StyleReading> others)
    {
        var known = styles.Select(reading => reading.Style.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var reading in extensions)
        {
            if (reading.Extension.Tests.Style is not { Length: > 0 } style || known.Contains(style))
                continue;

            reading.Style?.Problem(
                others.Any(other => string.Equals(other.Style.Name, style, StringComparison.Ordinal)) ? $"names the style `{style}`, which builds servers" : $"names the unknown style `{style}`",
                JsonField.Suggest(style, known));
        }
    }

    /// <summary>Records a problem for each package set that no platform has. One that only some have is allowed: not every extension can be built everywhere.</summary>
    public static void CheckPackageSets(IEnumerable<PackageSetReference> mentions, ImmutableArray<Platform> platforms)
    {
        foreach (var mention in mentions)
        {
            if (!platforms.IsEmpty && !platforms.Any(platform => platform.HasPackageSet(mention.Name)))
                mention.Field.Problem($"names the package set `{mention.Name}`, which no platform has", JsonField.Suggest(mention.Name, platforms.SelectMany(platform => platform.PackageSets.Keys).Distinct(StringComparer.Ordinal)));
        }
    }

    /// <summary>Records a problem for each required project that the index does not have, and for each cycle of requirements.</summary>
    public static void CheckRequires(IEnumerable<ExtensionReading> all)
    {
        var byName = new SortedDictionary<ProjectName, ExtensionReading>();
        foreach (var reading in all)
            byName.TryAdd(reading.Extension.Name, reading);

        foreach (var mention in byName.Values.SelectMany(reading => reading.Requires.Concat(reading.TestRequires)))
        {
            if (!byName.ContainsKey(mention.Name))
                mention.Field.Problem($"names the unknown project `{mention.Name}`", JsonField.Suggest(mention.Name.Value, byName.Keys.Select(name => name.Value)));
        }

        var done = new HashSet<ProjectName>();
        foreach (var name in byName.Keys)
            FindCycles(name, byName, [], done);
    }

    // Each requirement is followed once; one that leads back to where it came from closes a cycle.
    private static void FindCycles(ProjectName name, SortedDictionary<ProjectName, ExtensionReading> byName, List<ProjectName> path, HashSet<ProjectName> done)
    {
        if (done.Contains(name) || !byName.TryGetValue(name, out var reading))
            return;

        path.Add(name);
        foreach (var mention in reading.Requires)
        {
            var at = path.IndexOf(mention.Name);
            if (at >= 0)
                mention.Field.Problem($"is circular: `{name}` requires {string.Join(", which requires ", path.Skip(at).Select(step => $"`{step}`"))}");
            else
                FindCycles(mention.Name, byName, path, done);
        }

        path.RemoveAt(path.Count - 1);
        done.Add(name);
    }
}
