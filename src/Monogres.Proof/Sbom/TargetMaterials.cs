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

/// <summary>The bill of materials of a built target, from what its build has recorded.</summary>
/// <param name="target">The target as it is planned.</param>
/// <param name="manifest">What became of it.</param>
/// <param name="platform">Where it runs, with the packages that it runs with.</param>
public sealed class TargetMaterials(Target target, TargetManifest manifest, PackagedPlatform platform)
{
    // Whose name in lists of vulnerabilities is known and not guessed (https://nvd.nist.gov/products/cpe).
    private static readonly ImmutableArray<(string Project, string Product)> KnownProducts = [("postgres", "postgresql:postgresql"), ("postgis", "postgis:postgis")];

    private readonly SortedDictionary<string, Component> _others = new(StringComparer.Ordinal);
    private readonly SortedSet<Relation> _relations = [];

    /// <summary>The bill.</summary>
    /// <param name="libraries">Which package of the platform has which library.</param>
    /// <param name="carried">What its portable tree carries; null when no artifact is made of that.</param>
    public BillOfMaterials Of(IReadOnlyDictionary<string, LibraryPackage> libraries, PortableList? carried)
    {
        var root = Root();
        foreach (var source in RecipeStatement.SourceFiles(target, manifest.Recipe))
            Add(root, RelationKind.GeneratedFrom, SourceOf(source));
        foreach (var name in (manifest.Recipe.BuiltAgainst?.Keys ?? []).Select(TargetName.Parse))
            Add(root, RelationKind.DependsOn, RequiredOf(name));

        AddPackages(root, libraries);
        foreach (var file in manifest.Files)
        {
            var artifact = new Component(ComponentKind.Artifact, file.Name, Version: null) { Sha256 = Sha256Hash.Parse(file.Sha256) };
            _others.Add(artifact.Id, artifact);
            _relations.Add(new(artifact.Id, RelationKind.GeneratedFrom, root.Id));
            foreach (var package in HeldBy(file.Name, carried))
                Add(artifact, RelationKind.Contains, PackageOf(package));
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

    private string Version => target.Id.Name.Extension?.Version ?? target.Id.Name.Version.ToString();

    private Component Root() => new(ComponentKind.Target, Project.Value, Version)
    {
        Urls = [.. RecipeStatement.SourceFiles(target, manifest.Recipe).Take(1).SelectMany(GitHubUrls), PackageUrl.Of(Project, Version)],
        Cpe = KnownProducts.FirstOrDefault(known => string.Equals(known.Project, Project.Value, StringComparison.Ordinal)) is { Product: { } product } ? $"cpe:2.3:a:{product}:{Escaped(Version)}:*:*:*:*:*:*:*" : null,
        License = target.Ingredients.License,
        Homepage = target.Ingredients.Homepage,
        Summary = target.Ingredients.Summary,
    };

    private Component SourceOf(PinnedFile file)
    {
        var web = file.Places.OfType<Place.Web>().Select(place => place.Address.AbsoluteUri).FirstOrDefault();
        return new Component(ComponentKind.Source, file.Name, Version)
        {
            Urls = [.. GitHubUrls(file), PackageUrl.Of(Project, Version, file.Sha256, web)],
            License = target.Ingredients.License,
            Sha256 = file.Sha256,
            Place = web,
        };
    }

    private static IEnumerable<string> GitHubUrls(PinnedFile file) => file.Places.OfType<Place.Web>().Select(place => PackageUrl.OfGitHub(place.Address)).OfType<string>().Take(1);

    private static Component RequiredOf(TargetName name)
    {
        var (project, version) = name.Extension is { } extension ? (extension.Name, extension.Version) : (name.Server, name.Version.ToString());
        return new Component(ComponentKind.Required, project.Value, version) { Urls = [PackageUrl.Of(project, version)] };
    }

    private void AddPackages(Component root, IReadOnlyDictionary<string, LibraryPackage> libraries)
    {
        // What no package has is in what the target is built against.
        var linked = manifest.Result.Libraries.Select(library => libraries.GetValueOrDefault(library)?.Package).OfType<string>();
        var closure = platform.Runtime.ToDictionary(package => package.Name, StringComparer.Ordinal);
        foreach (var name in linked.Concat(target.Ingredients.RuntimePackages.Own).Where(closure.ContainsKey))
            Add(root, RelationKind.DependsOn, PackageOf(closure[name]));
        foreach (var package in closure.Values)
        {
            foreach (var needed in package.Depends.Where(closure.ContainsKey))
                Add(PackageOf(package), RelationKind.DependsOn, PackageOf(closure[needed]));
        }
    }

    /// <summary>The packages whose files are in an artifact: the libraries that a portable tree carries, and below the image of a server the root that it runs in.</summary>
    private IEnumerable<LockedPackage> HeldBy(string file, PortableList? carried)
    {
        if (ArtifactKinds.IsImage(file) && target.Id.Name.Extension is null)
            return platform.Runtime;
        return carried is not null && ArtifactKinds.IsPortable(file)
            ? carried.Libraries.Select(library => library.Package).Distinct(StringComparer.Ordinal).Select(name => platform.Lock.Find(name)).OfType<LockedPackage>()
            : [];
    }

    private Component PackageOf(LockedPackage package) => new(ComponentKind.Package, package.Name, package.Version)
    {
        Urls = [PackageUrl.Of(platform.Lock, package)],
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
