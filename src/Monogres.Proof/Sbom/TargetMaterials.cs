using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Proof.Provenance;
using Monogres.Results.Records;

namespace Monogres.Proof.Sbom;

/// <summary>What is known of the packages of a target's platform, and of what its files have in them.</summary>
public sealed record MaterialFacts
{
    /// <summary>Which package has which library, by the name that the loader is asked for.</summary>
    public required IReadOnlyDictionary<string, LibraryPackage> Libraries { get; init; }

    /// <summary>The licences of packages as SPDX expressions, by their names; those that do not say it are not in it.</summary>
    public required IReadOnlyDictionary<string, string> Licences { get; init; }

    /// <summary>What the portable tree carries; null when no file is made of that.</summary>
    public PortableList? Carried { get; init; }

    /// <summary>The extensions in images of the server, as manifests name them, with the packages that each runs with.</summary>
    public ImmutableDictionary<string, (Target Target, ImmutableArray<LockedPackage> Runtime)> Included { get; init; } = ImmutableDictionary<string, (Target, ImmutableArray<LockedPackage>)>.Empty;
}

/// <summary>The bill of materials of a built target, from what its build has recorded.</summary>
/// <param name="target">The target as it is planned.</param>
/// <param name="manifest">What became of it.</param>
/// <param name="platform">Where it runs, with the packages that it runs with.</param>
/// <param name="facts">What else is known.</param>
public sealed class TargetMaterials(Target target, TargetManifest manifest, PackagedPlatform platform, MaterialFacts facts)
{
    private readonly SortedDictionary<string, Component> _others = new(StringComparer.Ordinal);
    private readonly SortedSet<Relation> _relations = [];

    /// <summary>The bill.</summary>
    public BillOfMaterials ToBill()
    {
        var root = Of(ComponentKind.Target, target) with
        {
            Urls = [.. RecipeStatement.SourceFiles(target, manifest.Recipe).Take(1).SelectMany(GitHubUrls), PackageUrl.Of(Project, Version)],
        };
        foreach (var source in RecipeStatement.SourceFiles(target, manifest.Recipe))
            Add(root, RelationKind.GeneratedFrom, SourceOf(source));
        foreach (var required in target.Ingredients.BuiltAgainst)
            Add(root, RelationKind.DependsOn, Of(ComponentKind.Required, required));

        AddPackages(root);
        foreach (var file in manifest.Files)
        {
            var artifact = new Component(ComponentKind.Artifact, file.Name, Version) { Supplier = root.Supplier, Sha256 = Sha256Hash.Parse(file.Sha256) };
            _others.Add(artifact.Id, artifact);
            _relations.Add(new(artifact.Id, RelationKind.GeneratedFrom, root.Id));
            foreach (var package in HeldBy(file))
                Add(artifact, RelationKind.Contains, PackageOf(package));
            foreach (var name in file.With ?? [])
                Add(artifact, RelationKind.Contains, Of(ComponentKind.Required, facts.Included[name].Target));
        }

        return new BillOfMaterials
        {
            Name = target.FileName,
            Created = target.SourceDate,
            Tool = manifest.Recipe.Tool,
            Target = root,
            Others = [.. _others.Values],
            Relations = [.. _relations],
        };
    }

    private ProjectName Project => target.Ingredients.Project;

    private string Version => VersionOf(target);

    /// <summary>A target as a component.</summary>
    private static Component Of(ComponentKind kind, Target one) => new(kind, one.Ingredients.Project.Value, VersionOf(one))
    {
        Urls = [PackageUrl.Of(one.Ingredients.Project, VersionOf(one))],
        Cpe = one.Ingredients.Cpe is { } product ? $"cpe:2.3:a:{product}:{Escaped(VersionOf(one))}:*:*:*:*:*:*:*" : null,
        Supplier = SupplierOf(one),
        License = one.Ingredients.License,
        Homepage = one.Ingredients.Homepage,
        Summary = one.Ingredients.Summary,
    };

    private static string VersionOf(Target one) => one.Id.Name.Extension?.Version ?? one.Id.Name.Version.ToString();

    // A project has no better name that the index knows.
    private static string SupplierOf(Target one) => $"{one.Ingredients.Homepage.Host}{one.Ingredients.Homepage.AbsolutePath}".TrimEnd('/') is { Length: > 0 } page ? page : one.Ingredients.Project.Value;

    private Component SourceOf(PinnedFile file)
    {
        var web = file.Places.OfType<Place.Web>().Select(place => place.Address.AbsoluteUri).FirstOrDefault();
        return new Component(ComponentKind.Source, file.Name, Version)
        {
            Urls = [.. GitHubUrls(file), PackageUrl.Of(Project, Version, file.Sha256, web)],
            Supplier = SupplierOf(target),
            License = target.Ingredients.License,
            Sha256 = file.Sha256,
            Place = web,
        };
    }

    private static IEnumerable<string> GitHubUrls(PinnedFile file) => file.Places.OfType<Place.Web>().Select(place => PackageUrl.OfGitHub(place.Address)).OfType<string>().Take(1);

    private void AddPackages(Component root)
    {
        // What no package has is in what the target is built against.
        var linked = manifest.Result.Libraries.Select(library => facts.Libraries.GetValueOrDefault(library)?.Package).OfType<string>();
        var runtime = platform.Runtime.ToDictionary(package => package.Name, StringComparer.Ordinal);
        foreach (var name in linked.Concat(target.Ingredients.RuntimePackages.Own).Where(runtime.ContainsKey))
            Add(root, RelationKind.DependsOn, PackageOf(runtime[name]));

        var closure = platform.Runtime.Concat(facts.Included.Values.SelectMany(one => one.Runtime)).DistinctBy(package => package.Name, StringComparer.Ordinal).ToDictionary(package => package.Name, StringComparer.Ordinal);
        foreach (var package in closure.Values)
        {
            foreach (var needed in package.Depends.Where(closure.ContainsKey))
                Add(PackageOf(package), RelationKind.DependsOn, PackageOf(closure[needed]));
        }
    }

    /// <summary>The packages whose files are in an artifact: the libraries that a portable tree carries, and below the image of a server the root that it runs in.</summary>
    private IEnumerable<LockedPackage> HeldBy(RecordedFile file)
    {
        if (ArtifactKinds.IsImage(file.Name) && target.Id.Name.Extension is null)
            return platform.Runtime.Concat((file.With ?? []).SelectMany(name => facts.Included[name].Runtime)).DistinctBy(package => package.Name, StringComparer.Ordinal);
        return facts.Carried is not null && ArtifactKinds.IsPortable(file.Name)
            ? facts.Carried.Libraries.Select(library => library.Package).Distinct(StringComparer.Ordinal).Select(name => platform.Lock.Find(name)).OfType<LockedPackage>()
            : [];
    }

    private Component PackageOf(LockedPackage package) => new(ComponentKind.Package, package.Name, package.Version)
    {
        Urls = [PackageUrl.Of(platform.Lock, package)],
        Supplier = platform.Lock.Archive,
        License = facts.Licences.GetValueOrDefault(package.Name),
        Sha256 = package.Sha256,
        Place = RecipeStatement.LocationOf(platform.Lock, package),
    };

    private void Add(Component from, RelationKind kind, Component to)
    {
        _others.TryAdd(to.Id, to);
        if (from.Kind is not ComponentKind.Target)
            _others.TryAdd(from.Id, from);
        _relations.Add(new(from.Id, kind, to.Id));
    }

    // CPE 2.3 formatted strings, section 6.2: what is no letter, digit or underscore has a backslash in front; a full stop and a hyphen need none when bound.
    private static string Escaped(string version) => string.Concat(version.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? $"{c}" : $"\\{c}"));
}
