using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Targets;

namespace Monogres.Results.Records;

/// <summary>
/// What a target is made of, completely: with it, and the files that it names, anyone can build the target again. A function
/// of the target's inputs alone: no time, no host, no path, so it is the same for every builder.
/// </summary>
public sealed record TargetRecipe
{
    /// <summary><c>postgres@15.18+minimal</c></summary>
    public required string Target { get; init; }

    /// <summary><c>debian12-amd64</c></summary>
    public required string Platform { get; init; }

    /// <summary><c>gcc</c></summary>
    public required string Toolchain { get; init; }

    /// <summary>The tool that planned it: <c>monogres 0.1.0</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The index that it was planned from, as the digest of all its files.</summary>
    public required Digest Index { get; init; }

    /// <summary>The key of the payload's step: equal keys give equal payloads.</summary>
    public required Digest Key { get; init; }

    /// <summary>The action that builds it.</summary>
    public required Digest Action { get; init; }

    /// <summary>The time that stands in every file, in seconds since 1970 (https://reproducible-builds.org/specs/source-date-epoch/).</summary>
    public required long SourceDateEpoch { get; init; }

    /// <summary>The tree of the source, without what upstream generates.</summary>
    public required Digest Source { get; init; }

    /// <summary>The upstream files that the source was unpacked from. Another file of the same release gives the same source tree.</summary>
    public required ImmutableArray<RecordedFile> SourceFiles { get; init; }

    /// <summary>The layers of the root that it is built in, lowest first.</summary>
    public required ImmutableArray<Digest> BuildRoot { get; init; }

    /// <summary>The packages of these layers, as the digest of a <see cref="PackageClosure"/>: many targets share one.</summary>
    public required Digest Packages { get; init; }

    /// <summary>The archives that the toolchain is made of besides packages; null when there are none.</summary>
    public ImmutableArray<RecordedFile>? ToolchainArchives { get; init; }

    /// <summary>The arguments given to <c>configure</c>; null when it has none.</summary>
    public ImmutableArray<string>? Configure { get; init; }

    /// <summary>The script of the build, by digest.</summary>
    public required Digest Script { get; init; }

    /// <summary>The payloads that are in the prefix while it is built, by target: the server of an extension, and the extensions that it needs. Null for a server.</summary>
    public ImmutableSortedDictionary<string, Digest>? BuiltAgainst { get; init; }

    /// <summary>Why a target whose result is not in the store will be built, in words.</summary>
    /// <param name="last">The recipe of its last build in this store, or null.</param>
    /// <param name="packages">The packages of this recipe.</param>
    /// <param name="lastPackages">Those of the last one.</param>
    public IReadOnlyList<string> ReasonsToBuild(TargetRecipe? last, PackageClosure packages, PackageClosure? lastPackages) => last is null
        ? ["no build of it is recorded in this store"]
        : DifferencesFrom(last, packages, lastPackages) is { Count: > 0 } differences
            ? differences
            // What is taken of the output of its build, and how, is declared too: the files of a module, the rules of a payload.
            : last.Key != Key ? [$"which files are taken from the build: was key {last.Key}, is {Key}"]
            : ["its inputs are unchanged, but the result is no longer in the store"];

    /// <summary>What differs in packages, toolchain archives and configure arguments.</summary>
    private static IEnumerable<string> Declared(TargetRecipe now, TargetRecipe earlier, PackageClosure packages, PackageClosure? earlierPackages)
    {
        foreach (var difference in earlier.Packages != now.Packages && earlierPackages is not null ? packages.DifferencesFrom(earlierPackages) : [])
            yield return difference;

        // A name can stay while its content changes, so files are compared whole.
        foreach (var archive in (earlier.ToolchainArchives ?? []).Except(now.ToolchainArchives ?? []))
            yield return $"toolchain archive {archive.Name}: removed, sha256 {archive.Sha256}";
        foreach (var archive in (now.ToolchainArchives ?? []).Except(earlier.ToolchainArchives ?? []))
            yield return $"toolchain archive {archive.Name}: added, sha256 {archive.Sha256}";
        foreach (var argument in (earlier.Configure ?? []).Except(now.Configure ?? [], StringComparer.Ordinal))
            yield return $"configure: {argument} removed";
        foreach (var argument in (now.Configure ?? []).Except(earlier.Configure ?? [], StringComparer.Ordinal))
            yield return $"configure: {argument} added";
    }

    /// <summary>What differs from an earlier recipe and goes into the result, in words; empty when nothing does.</summary>
    /// <param name="earlier">The earlier one.</param>
    /// <param name="packages">The packages of this recipe.</param>
    /// <param name="earlierPackages">Those of the earlier one; null when they are not known.</param>
    public IReadOnlyList<string> DifferencesFrom(TargetRecipe earlier, PackageClosure packages, PackageClosure? earlierPackages)
    {
        List<string> differences = [];
        void Compare<T>(string what, T before, T now)
        {
            if (!EqualityComparer<T>.Default.Equals(before, now))
                differences.Add($"{what}: was {before}, is {now}");
        }

        Compare("source tree", earlier.Source, Source);
        Compare("source date", earlier.SourceDateEpoch, SourceDateEpoch);
        Compare("build script", earlier.Script, Script);
        var against = BuiltAgainst ?? ImmutableSortedDictionary<string, Digest>.Empty;
        var againstBefore = earlier.BuiltAgainst ?? ImmutableSortedDictionary<string, Digest>.Empty;
        foreach (var name in against.Keys.Union(againstBefore.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Compare($"payload of {name}", againstBefore.TryGetValue(name, out var was) ? was : (Digest?)null, against.TryGetValue(name, out var one) ? one : null);
        differences.AddRange(Declared(this, earlier, packages, earlierPackages));
        if (differences.Count == 0 && earlier.Packages != Packages)
            Compare("packages", earlier.Packages, Packages);
        if (differences.Count == 0 && !earlier.BuildRoot.SequenceEqual(BuildRoot))
            differences.Add($"root (composed by different rules from the same packages): was {string.Join(" + ", earlier.BuildRoot)}, is {string.Join(" + ", BuildRoot)}");
        if (differences.Count == 0)
            Compare("action (run differently)", earlier.Action, Action);
        return differences;
    }
}

/// <summary>A file by name and content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">The SHA-256 of its content.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record RecordedFile(string Name, string Sha256, long Size)
{
    /// <summary>The extensions in the image of a server, <c>pgvector@0.8.0</c>, in the order in which they are installed; null for everything else.</summary>
    public ImmutableArray<string>? With { get; init; }
}
