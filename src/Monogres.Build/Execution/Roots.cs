using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Locks;

namespace Monogres.Build.Execution;

/// <summary>What a root is for.</summary>
public enum RootKind
{
    /// <summary>To build in: with the stand-ins that keep the machine from showing through.</summary>
    Build,

    /// <summary>To run in.</summary>
    Runtime,
}

/// <summary>A root that is asked for.</summary>
/// <param name="Platform">Where what is built in it runs.</param>
/// <param name="Packages">The packages that are wanted; those that they need come with them.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Toolchain">The toolchain whose archives and shims are in it; its packages are among the wanted ones. Null for a root without compilers.</param>
public sealed record RootRequest(Platform Platform, PackageNames Packages, RootKind Kind, Toolchain? Toolchain = null)
{
    /// <summary>The root that a target is built in.</summary>
    public static RootRequest ToBuild(TargetPlan plan) => new(plan.Platform, plan.BuildPackages, RootKind.Build, plan.Toolchain);

    /// <summary>The root that a target's own tests run in.</summary>
    public static RootRequest ToTest(TargetPlan plan) => ToBuild(plan) with { Packages = plan.TestPackages };

    /// <summary>The root that a target runs in.</summary>
    public static RootRequest ToRun(TargetPlan plan) => new(plan.Platform, plan.RuntimePackages, RootKind.Runtime);
}

/// <summary>A composed root.</summary>
/// <param name="Root">The tree.</param>
/// <param name="Packages">Every package in it, sorted by name.</param>
public sealed record ComposedRoot(Digest Root, ImmutableArray<LockedPackage> Packages);

/// <summary>A root in two layers.</summary>
/// <param name="Lower">The one that many share.</param>
/// <param name="Upper">What comes above it; null when nothing does.</param>
public sealed record LayeredRoot(ComposedRoot Lower, ComposedRoot? Upper)
{
    /// <summary>The trees, lowest first.</summary>
    public ImmutableArray<Digest> Layers => Upper is null ? [Lower.Root] : [Lower.Root, Upper.Root];

    /// <summary>Every package in it, sorted by name.</summary>
    public ImmutableArray<LockedPackage> Packages { get; } = Upper is null ? Lower.Packages
        : [.. Lower.Packages.Concat(Upper.Packages).OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Architecture, StringComparer.Ordinal)];
}

/// <summary>Roots of a platform, by what is wanted in them: closed offline from the lock, downloaded by digest, composed once.</summary>
/// <param name="indexDirectory">Where the locks are, below each platform's folder.</param>
/// <param name="blobs">Packages and trees.</param>
/// <param name="memo">Remembers what was composed.</param>
/// <param name="locks">One process composes a root; others wait for it.</param>
/// <param name="downloader">Gets packages and archives.</param>
/// <param name="mirrors">Where packages are.</param>
/// <param name="observer">Told what is done.</param>
/// <param name="time">Measures.</param>
public sealed class Roots(
    string indexDirectory, IIngestingBlobStore blobs, IMemo memo, StoreLocks locks, Downloader downloader, DebianMirrors mirrors, IBuildObserver observer, TimeProvider time)
{
    // Mount points and the working directory: they must be in the tree where an engine does not make them.
    private static readonly ImmutableArray<RelativePath> EmptyDirectories = [.. ((string[])["proc", "dev", "tmp", "run", "build", "root"]).Select(RelativePath.Parse)];

    private readonly RootComposer _composer = new(blobs, memo, Environment.ProcessorCount);
    private readonly ConcurrentDictionary<PlatformName, Task<PackagesLock>> _packages = new();
    private readonly ConcurrentDictionary<(PlatformName, RootKind, string? Toolchain, string), Resolved> _resolved = new();

    /// <summary>The root with the wanted packages, all that they need, and the toolchain's archives.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock, or something of the root cannot be had.</exception>
    public async Task<ComposedRoot> ComposeAsync(RootRequest request, Freshness freshness, CancellationToken cancel) =>
        await ComposeAsync(request, await ResolveAsync(request, cancel), freshness, cancel);

    /// <summary>A root in two layers: the one with fewer packages, which many share, and above it what more packages bring.</summary>
    /// <param name="request">The lower layer.</param>
    /// <param name="wanted">All packages, those of the lower layer included.</param>
    /// <param name="freshness">Whether what was composed before is believed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A package is not in the lock, or something of the root cannot be had.</exception>
    public async Task<LayeredRoot> ComposeLayersAsync(RootRequest request, PackageNames wanted, Freshness freshness, CancellationToken cancel) => new(
        await ComposeAsync(request, freshness, cancel),
        await ResolveAboveAsync(request, wanted, cancel) is { } above ? await ComposeAsync(WithoutToolchain(request), above, freshness, cancel) : null);

    /// <summary>The two layers as <see cref="ComposeLayersAsync"/> gives them, when they were composed before; else null. Nothing is downloaded.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<LayeredRoot?> FindLayersAsync(RootRequest request, PackageNames wanted, CancellationToken cancel)
    {
        if (await FindAsync(request, cancel) is not { } lower)
            return null;
        if (await ResolveAboveAsync(request, wanted, cancel) is not { } above)
            return new LayeredRoot(lower, null);

        return await _composer.FindAsync(above.Recipe, cancel) is { } root ? new LayeredRoot(lower, new ComposedRoot(root, above.Packages)) : null;
    }

    // The archives of a toolchain are in the lower layer already.
    private static RootRequest WithoutToolchain(RootRequest request) => request with { Toolchain = null };

    private async Task<ComposedRoot> ComposeAsync(RootRequest request, Resolved resolved, Freshness freshness, CancellationToken cancel)
    {
        if (freshness == Freshness.MadeAgain)
            await _composer.ForgetAsync(resolved.Recipe, cancel);
        return new ComposedRoot(
            await _composer.FindAsync(resolved.Recipe, cancel) ?? await MakeAsync(request, resolved, cancel), resolved.Packages);
    }

    /// <summary>The root as <see cref="ComposeAsync(RootRequest, Freshness, CancellationToken)"/> gives it, when it was composed before; else null. Nothing is downloaded.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<ComposedRoot?> FindAsync(RootRequest request, CancellationToken cancel)
    {
        var resolved = await ResolveAsync(request, cancel);
        return await _composer.FindAsync(resolved.Recipe, cancel) is { } root ? new ComposedRoot(root, resolved.Packages) : null;
    }

    /// <summary>Equal for equal roots, and known from the index and the lock alone.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<Digest> KeyAsync(RootRequest request, CancellationToken cancel) => (await ResolveAsync(request, cancel)).Key;

    // Thousands of targets share a few sets of packages.
    private async Task<Resolved> ResolveAsync(RootRequest request, CancellationToken cancel)
    {
        var (platform, wanted) = (request.Platform, request.Packages);
        var (own, tools) = (await LockOfAsync(platform, cancel), await LockOfAsync(platform.Tools, cancel));
        return _resolved.GetOrAdd((platform.Name, request.Kind, request.Toolchain?.Name, Text(wanted)), _ =>
        {
            ImmutableArray<LockedPart> parts = platform.Cross is null ? [Close(platform, own, wanted.Own)] : [Close(platform.Tools, tools, wanted.Tools), Close(platform, own, wanted.Own)];
            var recipe = RecipeOf(request, parts);
            return new Resolved(parts, recipe, recipe.Digest);
        });
    }

    /// <summary>What the closure of all packages has beyond that of the lower layer; null when that is nothing.</summary>
    private async Task<Resolved?> ResolveAboveAsync(RootRequest request, PackageNames wanted, CancellationToken cancel)
    {
        var (lower, all) = (await ResolveAsync(request, cancel), await ResolveAsync(request with { Packages = wanted }, cancel));
        if (lower.Key == all.Key)
            return null;

        return _resolved.GetOrAdd((request.Platform.Name, request.Kind, null, $"{Text(wanted)} above {Text(request.Packages)}"), _ =>
        {
            ImmutableArray<LockedPart> parts = [.. all.Parts.Select((part, i) => part with { Closure = [.. part.Closure.Except(lower.Parts[i].Closure)] })];
            var recipe = RecipeOf(WithoutToolchain(request), parts);
            return new Resolved(parts, recipe, recipe.Digest);
        });
    }

    private static string Text(PackageNames wanted) => $"{string.Join(' ', wanted.Own)}/{string.Join(' ', wanted.Tools)}";

    private static LockedPart Close(Platform platform, PackagesLock packagesLock, ImmutableArray<string> wanted) =>
        new(packagesLock, packagesLock.Closure(wanted, platform.LeaveOut.Packages.Except(wanted, StringComparer.Ordinal)));

    /// <summary>The packages of a root that come from one lock.</summary>
    private sealed record LockedPart(PackagesLock Lock, ImmutableArray<LockedPackage> Closure);

    /// <summary>A root before it is composed: the packages whose programs run in it first, and then those of another machine.</summary>
    private sealed record Resolved(ImmutableArray<LockedPart> Parts, RootRecipe Recipe, Digest Key)
    {
        // What is for every machine can be in both locks.
        public ImmutableArray<LockedPackage> Packages { get; } =
            [.. Parts.SelectMany(part => part.Closure).DistinctBy(package => (package.Name, package.Digest)).OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Architecture, StringComparer.Ordinal)];
    }

    /// <summary>The root with the sandbox's own programs.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock, or cannot be had.</exception>
    public async Task<Digest> SandboxProgramsAsync(Platform platform, Freshness freshness, CancellationToken cancel) =>
        (await ComposeAsync(new RootRequest(platform, platform.Packages(platform.SandboxPackageSets), RootKind.Runtime), freshness, cancel)).Root;

    /// <summary>The lock of a platform.</summary>
    /// <exception cref="UserErrorException">It is missing or not as it should be.</exception>
    public Task<PackagesLock> LockOfAsync(Platform platform, CancellationToken cancel) => _packages.GetOrAdd(
        platform.Name, _ => PackagesLockFile.ReadAsync(LockFile(platform), platform.Name.ToString(), cancel));

    /// <summary>Where the lock of a platform is.</summary>
    public string LockFile(Platform platform) => Path.Combine(indexDirectory, platform.Folder, PackagesLockFile.FileName);

    private async Task<Digest> MakeAsync(RootRequest request, Resolved resolved, CancellationToken cancel)
    {
        var step = $"{request.Platform.Name} {(request.Kind == RootKind.Build ? "toolchain" : "libraries")} ({resolved.Packages.Length} packages)";
        using var only = await locks.AcquireAsync(resolved.Key, step, waiting: null, cancel);
        if (await _composer.FindAsync(resolved.Recipe, cancel) is { } meanwhile)
            return meanwhile;

        // First, so that one that cannot be had is known before hundreds of packages are downloaded for nothing.
        foreach (var archive in request.Toolchain?.Archives ?? [])
            await FetchAsync(request, archive, cancel);
        foreach (var part in resolved.Parts)
            await FetchAsync(part.Lock, part.Closure, cancel);
        using var observed = new ObservedStep(step, observer, time);
        var root = await _composer.ComposeAsync(resolved.Recipe, new PackageReport(observed), cancel);
        observed.Finish();
        return root;
    }

    private async Task FetchAsync(PackagesLock packagesLock, ImmutableArray<LockedPackage> closure, CancellationToken cancel)
    {
        try
        {
            await downloader.DownloadAllAsync([.. closure.Select(package => Request(packagesLock, package))], new DownloadReport(observer), cancel);
        }
        catch (UserErrorException failure) when (DownloadErrors.IsGone(failure))
        {
            throw LockErrors.Stale(packagesLock.Platform, failure);
        }
    }

    private async Task FetchAsync(RootRequest request, PinnedArchive archive, CancellationToken cancel)
    {
        var wanted = new DownloadRequest { Name = archive.Name, Hash = archive.Sha256, Size = archive.Size, Places = archive.Addresses };
        try
        {
            await downloader.DownloadAsync(wanted, new DownloadReport(observer), cancel);
        }
        catch (UserErrorException failure) when (failure.Unavailable)
        {
            throw ToolchainErrors.ArchiveMissing(request.Toolchain!, request.Platform, failure);
        }
    }

    private DownloadRequest Request(PackagesLock packagesLock, LockedPackage package) => new()
    {
        Name = package.Path.Name,
        Hash = package.Sha256,
        Size = package.Size,
        Places = [.. mirrors.Locate(packagesLock.Archive, package.Path), DebianMirrors.Snapshot(packagesLock.Archive, packagesLock.Release.Snapshot).Locate(package.Path)],
    };

    /// <summary>Packages and parts of the platform; where it is built for by another, that one's, with the platform's own packages beneath and its own parts added. Then the toolchain's parts.</summary>
    private static RootRecipe RecipeOf(RootRequest request, ImmutableArray<LockedPart> parts)
    {
        var platform = request.Platform;
        ImmutableArray<T> All<T>(Func<Platform, ImmutableArray<T>> part) => platform.Cross is null ? part(platform) : [.. part(platform.Tools), .. part(platform)];
        ImmutableArray<T> Shims<T>(Func<BuildShims, ImmutableArray<T>> part) => [.. All(from => part(from.Shims)), .. request.Toolchain is { } toolchain ? part(toolchain.Shims) : []];

        var recipe = new RootRecipe
        {
            Packages = Packages(parts[0]),
            Rules = new CompositionRules { LeaveOut = platform.Tools.LeaveOut.Paths },
            Beneath = platform.Cross is null ? null : new PackagesBeneath(Packages(parts[1]), new CompositionRules { LeaveOut = platform.LeaveOut.Paths }),
            Directories = EmptyDirectories,
            Archives = [.. (request.Toolchain?.Archives ?? []).Select(archive => new RootArchive(archive.Name, new Digest(archive.Sha256, archive.Size), archive.StripPrefix, archive.To))],
            Files = Files(All(from => from.Files)),
            Links = Links(All(from => from.Links)),
        };
        return request.Kind == RootKind.Runtime ? recipe : recipe with
        {
            Moves = [.. Shims(from => from.Moves).Select(move => new RootMove(move.From, move.To))],
            ShimFiles = Files(Shims(from => from.Files)),
            ShimLinks = Links(Shims(from => from.Links)),
        };

        static ImmutableArray<RootFile> Files(ImmutableArray<PlatformFile> files) => [.. files.Select(file => new RootFile(file.Path, file.Content, file.Executable))];
        static ImmutableArray<RootLink> Links(ImmutableArray<PlatformLink> links) => [.. links.Select(link => new RootLink(link.Path, link.Target))];
        static ImmutableArray<RootPackage> Packages(LockedPart part) => [.. part.Closure.Select(package => new RootPackage(package.Name, package.Digest))];
    }

    private sealed class PackageReport(ObservedStep step) : IProgress<CompositionProgress>
    {
        public void Report(CompositionProgress value) =>
            step.Advance($"unpacked {value.Name} ({value.Done} of {value.Total})");
    }
}
