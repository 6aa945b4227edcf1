using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>What a root is for.</summary>
internal enum RootKind
{
    /// <summary>To build in: with the stand-ins that keep the machine from showing through.</summary>
    Build,

    /// <summary>To run in.</summary>
    Runtime,
}

/// <summary>A root that is asked for.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Packages">The packages that are wanted; those that they need come with them.</param>
/// <param name="Toolchain">The toolchain whose archives and shims are in it; its packages are among the wanted ones. Null for a root without compilers.</param>
internal sealed record RootRequest(RootKind Kind, PackageNames Packages, Toolchain? Toolchain = null);

/// <summary>Plans the roots of a platform: closed from the lock, each once, however many targets share it.</summary>
/// <param name="platform">The platform.</param>
/// <param name="lockOf">The lock of a platform, read when it is first asked for.</param>
internal sealed class RootPlanner(Platform platform, Func<Platform, PackagesLock> lockOf)
{
    // Mount points and the working directory: they must be in the tree where an engine does not make them.
    internal static readonly ImmutableArray<RelativePath> EmptyDirectories = [.. ((string[])["proc", "dev", "tmp", "run", "build", "root"]).Select(RelativePath.Parse)];

    private readonly ConcurrentDictionary<string, Closed> _closed = new(StringComparer.Ordinal);
    private RootPlanner? _ofTools;

    /// <summary>The root with the wanted packages, all that they need, and the toolchain's archives.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Root(RootRequest request) => Close(request).Step;

    /// <summary>Plans roots of the platform whose programs run in this one's roots.</summary>
    public RootPlanner OfTools() => _ofTools ??= platform.Cross is null ? this : new RootPlanner(platform.Tools, lockOf);

    /// <summary>A root in one or two layers: the one with fewer packages, which many share, and above it what more packages bring.</summary>
    /// <param name="lower">The lower layer.</param>
    /// <param name="wanted">All packages, those of the lower layer included.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ImmutableArray<ComposeStep> Layers(RootRequest lower, PackageNames wanted)
    {
        var (below, all) = (Close(lower), Close(lower with { Packages = wanted }));
        if (below.Step.Key == all.Step.Key)
            return [below.Step];

        return [below.Step, _closed.GetOrAdd($"{TextOf(lower with { Packages = wanted })} above {TextOf(lower)}", _ =>
        {
            // The archives of a toolchain are in the lower layer already.
            var request = lower with { Toolchain = null };
            ImmutableArray<LockedPart> parts = [.. all.Parts.Select((part, i) => part with { Closure = [.. part.Closure.Except(below.Parts[i].Closure)] })];
            return new Closed(parts, StepOf(request, parts));
        }).Step];
    }

    private Closed Close(RootRequest request) => _closed.GetOrAdd(TextOf(request), _ =>
    {
        ImmutableArray<LockedPart> parts = platform.Cross is null
            ? [Close(platform, request.Packages.Own)]
            : [Close(platform.Tools, request.Packages.Tools), Close(platform, request.Packages.Own)];
        return new Closed(parts, StepOf(request, parts));
    });

    private static string TextOf(RootRequest request) =>
        $"{request.Kind} {request.Toolchain?.Name} {string.Join(' ', request.Packages.Own)}/{string.Join(' ', request.Packages.Tools)}";

    private LockedPart Close(Platform from, ImmutableArray<string> wanted)
    {
        var packages = lockOf(from);
        return new LockedPart(packages, PlatformPackages.Closure(from, packages, wanted, ReferenceEquals(from, platform) ? [] : platform.Cross?.Omissions ?? []));
    }

    private ComposeStep StepOf(RootRequest request, ImmutableArray<LockedPart> parts)
    {
        var name = new StepName(platform.Name, $"{(request.Kind, request.Toolchain) switch { (RootKind.Build, not null) => "toolchain", (RootKind.Build, _) => "packages", _ => "libraries" }} ({parts.Sum(part => part.Closure.Length)} packages)");
        return new ComposeStep(name, RecipeOf(request, parts),
        [
            .. parts.Select(part => new ComposeSource.Locked(part.Lock, part.Closure)),
            .. (request.Toolchain?.Archives ?? []).Select(archive => new ComposeSource.Archive(
                new PinnedFile { Name = archive.Name, Sha256 = archive.Sha256, Size = archive.Size, Places = [.. archive.Addresses.Select(address => new Place.Web(address))] },
                archive.To,
                failure => ToolchainErrors.ArchiveMissing(request.Toolchain!, platform, failure))),
        ]);
    }

    /// <summary>Packages and parts of the platform; where it is built for by another, that one's, with the platform's own packages as a lower layer and its own parts added. Then the toolchain's parts.</summary>
    private RootRecipe RecipeOf(RootRequest request, ImmutableArray<LockedPart> parts)
    {
        ImmutableArray<T> All<T>(Func<Platform, ImmutableArray<T>> part) => platform.Cross is null ? part(platform) : [.. part(platform.Tools), .. part(platform)];
        ImmutableArray<T> Shims<T>(Func<BuildShims, ImmutableArray<T>> part) => [.. All(from => part(from.Shims)), .. request.Toolchain is { } toolchain ? part(toolchain.Shims) : []];

        var recipe = new RootRecipe
        {
            Packages = Packages(parts[0]),
            Rules = new CompositionRules { Omissions = platform.Tools.Omissions.Paths },
            LowerLayer = platform.Cross is null ? null : new LowerPackages(Packages(parts[1]), new CompositionRules { Omissions = platform.Omissions.Paths }),
            Directories = EmptyDirectories,
            Archives = [.. (request.Toolchain?.Archives ?? []).Select(archive => new RootArchive(archive.Name, new Digest(archive.Sha256, archive.Size), archive.StripPrefix, archive.To))],
            Files = Files(All(from => from.Files)),
            Links = Links([.. All(from => from.Links), .. parts.SelectMany((part, i) => Alternatives(platform.Cross is not null && i == 0 ? platform.Tools : platform, part.Closure))]),
        };
        return request.Kind == RootKind.Runtime ? recipe : recipe with
        {
            Moves = [.. Shims(from => from.Moves).Select(move => new RootMove(move.From, move.To))],
            ShimFiles = Files(Shims(from => from.Files)),
            ShimLinks = Links(Shims(from => from.Links)),
        };

        static ImmutableArray<RootPackage> Packages(LockedPart part) => [.. part.Closure.Select(package => new RootPackage(package.Name, package.Digest))];
    }

    /// <summary>Files of a platform or toolchain, for a root.</summary>
    internal static ImmutableArray<RootFile> Files(ImmutableArray<PlatformFile> files) => [.. files.Select(file => new RootFile(file.Path, file.Content, file.Executable))];

    /// <summary>Links of a platform or toolchain, for a root.</summary>
    internal static ImmutableArray<RootLink> Links(ImmutableArray<PlatformLink> links) => [.. links.Select(link => new RootLink(link.Path, link.Target))];

    /// <summary>The links that maintainer scripts of these packages would have made.</summary>
    internal static IEnumerable<PlatformLink> Alternatives(Platform platform, ImmutableArray<LockedPackage> packages) => platform.Alternatives
        .Where(alternatives => packages.Any(package => string.Equals(package.Name, alternatives.Package, StringComparison.Ordinal))).SelectMany(alternatives => alternatives.Links);

    /// <summary>The packages of a root that come from one lock.</summary>
    private sealed record LockedPart(PackagesLock Lock, ImmutableArray<LockedPackage> Closure);

    /// <summary>A root: the packages whose programs run in it first, and then those of another machine.</summary>
    private sealed record Closed(ImmutableArray<LockedPart> Parts, ComposeStep Step);
}
