using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Results.Records;

namespace Monogres.Proof.Provenance;

/// <summary>
/// What artifacts are and what they are made of, as SLSA provenance: a function of recipe and result alone, so every builder
/// who got the same has the same bytes, and two that differ say where. Field by field in docs/reference/attestations.md.
/// </summary>
public static class RecipeStatement
{
    /// <summary>The statement of a built target.</summary>
    /// <param name="target">The target as it is planned.</param>
    /// <param name="manifest">What became of it.</param>
    /// <param name="subjects">The files.</param>
    public static Statement Of(Target target, TargetManifest manifest, IEnumerable<Subject> subjects)
    {
        var (recipe, result) = (manifest.Recipe, manifest.Result);
        var definition = new JsonObject
        {
            ["buildType"] = SlsaProvenance.BuildType,
            ["externalParameters"] = Parameters(recipe),
            ["internalParameters"] = Internal(recipe),
            ["resolvedDependencies"] = new JsonArray([.. Dependencies(target, recipe)]),
        };
        var run = new JsonObject { ["builder"] = new JsonObject { ["id"] = SlsaProvenance.AnyBuilder, ["version"] = SlsaProvenance.VersionOf(recipe.Tool) } };
        IEnumerable<Subject> trees = [new(Subject.PayloadName, result.Payload.Hash), .. result.Symbols is { } symbols ? (Subject[])[new(Subject.SymbolsName, symbols.Hash)] : []];
        return new Statement([.. subjects.Concat(trees).OrderBy(subject => subject.Name, StringComparer.Ordinal)], SlsaProvenance.PredicateType, SlsaProvenance.Predicate(definition, run));
    }

    /// <summary>What was asked for, completely: with it, and what it names by digest, anyone builds the same.</summary>
    internal static JsonObject Parameters(TargetRecipe recipe) => new()
    {
        ["target"] = recipe.Target,
        ["platform"] = recipe.Platform,
        ["toolchain"] = recipe.Toolchain,
        ["optionSet"] = TargetName.Parse(recipe.Target).OptionSet?.Value,
        ["index"] = recipe.Index.ToString(),
        ["action"] = recipe.Action.ToString(),
    };

    // What follows from it: for finding out why two differ.
    private static JsonObject Internal(TargetRecipe recipe)
    {
        var facts = new JsonObject
        {
            ["key"] = recipe.Key.ToString(),
            ["source"] = recipe.Source.ToString(),
            ["buildRoot"] = new JsonArray([.. recipe.BuildRoot.Select(layer => (JsonNode)layer.ToString())]),
            ["packages"] = recipe.Packages.ToString(),
            ["script"] = recipe.Script.ToString(),
            ["sourceDateEpoch"] = recipe.SourceDateEpoch,
        };
        if (recipe.Configure is { } configure)
            facts["configure"] = new JsonArray([.. configure.Select(argument => (JsonNode)argument)]);
        return facts;
    }

    private static IEnumerable<JsonNode> Dependencies(Target target, TargetRecipe recipe)
    {
        yield return ResourceDescriptor.Of("index", recipe.Index.Hash);
        foreach (var file in SourceFiles(target, recipe))
            yield return ResourceDescriptor.Of($"source {file.Name}", file.Sha256, places: [.. file.Places.Select(LocationOf)]);
        foreach (var (name, payload) in recipe.BuiltAgainst ?? ImmutableSortedDictionary<string, Digest>.Empty)
            yield return ResourceDescriptor.Of(name, payload.Hash);

        var sources = target.Ingredients.BuildRoot.SelectMany(root => root.Sources).ToArray();
        foreach (var archive in sources.OfType<ComposeSource.Archive>().Select(one => one.File).DistinctBy(file => file.Sha256).OrderBy(file => file.Name, StringComparer.Ordinal))
            yield return ResourceDescriptor.Of($"toolchain {archive.Name}", archive.Sha256, places: [.. archive.Places.Select(LocationOf)]);
        foreach (var (from, package) in sources.OfType<ComposeSource.Locked>().SelectMany(one => one.Closure.Select(package => (one.Lock, package)))
            .DistinctBy(one => (one.package.Name, one.package.Digest)).OrderBy(one => one.package.Name, StringComparer.Ordinal).ThenBy(one => one.package.Architecture, StringComparer.Ordinal))
        {
            yield return ResourceDescriptor.Of(package.Name, package.Sha256, PackageUrl.Of(from, package), LocationOf(from, package));
        }
    }

    /// <summary>The files that the source was unpacked from, with every place of each.</summary>
    /// <exception cref="InvalidOperationException">The recipe is of another plan.</exception>
    internal static IEnumerable<PinnedFile> SourceFiles(Target target, TargetRecipe recipe)
    {
        var planned = target.Ingredients.Archives.SelectMany(archive => archive.Files).Select(file => file.File).ToLookup(file => file.Sha256.ToString(), StringComparer.Ordinal);
        return recipe.SourceFiles.Select(used => planned[used.Sha256].FirstOrDefault() ?? throw new InvalidOperationException($"the plan of `{recipe.Target}` has no source file {used.Sha256}"));
    }

    /// <summary>Where a package is for ever: the archive as it was when its lock was made.</summary>
    internal static string LocationOf(PackagesLock from, LockedPackage package) => DebianMirrors.Snapshot(from.Archive, from.Release.Snapshot).Locate(package.Path).AbsoluteUri;

    // A file in the pool of a distribution is at every mirror of it, so the mirror is left out.
    private static string LocationOf(Place place) => place switch
    {
        Place.Web web => web.Address.AbsoluteUri,
        Place.Pool pool => string.Create(CultureInfo.InvariantCulture, $"{pool.Archive}:{pool.Path}"),
        _ => throw new InvalidOperationException($"a place of an unknown kind: {place}"),
    };
}
