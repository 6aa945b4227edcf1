using System.Collections.Concurrent;
using System.Collections.Immutable;
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

/// <summary>Roots of a platform, by the packages that are wanted: closed offline from the lock, downloaded by digest, composed once.</summary>
/// <param name="indexDirectory">Where the locks are, below each platform's folder.</param>
/// <param name="blobs">Packages and trees.</param>
/// <param name="actions">Remembers what was composed.</param>
/// <param name="locks">One process composes a root; others wait for it.</param>
/// <param name="downloader">Gets packages.</param>
/// <param name="mirrors">Where packages are.</param>
/// <param name="observer">Told what is done.</param>
/// <param name="time">Measures.</param>
public sealed class Roots(
    string indexDirectory, IBlobStore blobs, IActionCache actions, StoreLocks locks, Downloader downloader, DebianMirrors mirrors, IBuildObserver observer, TimeProvider time)
{
    // Mount points and the working directory: they must be in the tree where an engine does not make them.
    private static readonly ImmutableArray<RelativePath> EmptyDirectories = [.. ((string[])["proc", "dev", "tmp", "run", "build", "root"]).Select(RelativePath.Parse)];

    private readonly RootComposer _composer = new(blobs, actions, Environment.ProcessorCount);
    private readonly ConcurrentDictionary<PlatformName, Task<PackagesLock>> _packages = new();
    private readonly ConcurrentDictionary<(PlatformName, RootKind, string), Resolved> _resolved = new();

    /// <summary>The root with these packages and all that they need.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock, or cannot be had.</exception>
    public async Task<ComposedRoot> ComposeAsync(Platform platform, PackageNames wanted, RootKind kind, Freshness freshness, CancellationToken cancel) =>
        await ComposeAsync(platform, await ResolveAsync(platform, wanted, kind, cancel), kind, freshness, cancel);

    private async Task<ComposedRoot> ComposeAsync(Platform platform, Resolved resolved, RootKind kind, Freshness freshness, CancellationToken cancel)
    {
        if (freshness == Freshness.MadeAgain)
            await _composer.ForgetAsync(resolved.Recipe, cancel);
        return new ComposedRoot(
            await _composer.FindAsync(resolved.Recipe, cancel) ?? await MakeAsync(platform, resolved, kind, cancel), resolved.Packages);
    }

    /// <summary>A root in two layers: the one that is closed from fewer packages, which many share, and above it what more packages bring.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="below">The packages of the lower layer.</param>
    /// <param name="wanted">All packages, those of the lower layer included.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="freshness">Whether what was composed before is believed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A package is not in the lock, or cannot be had.</exception>
    public async Task<LayeredRoot> ComposeLayersAsync(Platform platform, PackageNames below, PackageNames wanted, RootKind kind, Freshness freshness, CancellationToken cancel)
    {
        var lower = await ComposeAsync(platform, below, kind, freshness, cancel);
        var upper = await ResolveAboveAsync(platform, below, wanted, kind, cancel);
        return new LayeredRoot(lower, upper is null ? null : await ComposeAsync(platform, upper, kind, freshness, cancel));
    }

    /// <summary>The two layers as <see cref="ComposeLayersAsync"/> gives them, when they were composed before; else null. Nothing is downloaded.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<LayeredRoot?> FindLayersAsync(Platform platform, PackageNames below, PackageNames wanted, RootKind kind, CancellationToken cancel)
    {
        if (await FindAsync(platform, below, kind, cancel) is not { } lower)
            return null;
        if (await ResolveAboveAsync(platform, below, wanted, kind, cancel) is not { } upper)
            return new LayeredRoot(lower, null);

        return await _composer.FindAsync(upper.Recipe, cancel) is { } root ? new LayeredRoot(lower, new ComposedRoot(root, upper.Packages)) : null;
    }

    /// <summary>The root as <see cref="ComposeAsync(Platform, PackageNames, RootKind, Freshness, CancellationToken)"/> gives it, when it was composed before; else null. Nothing is downloaded.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<ComposedRoot?> FindAsync(Platform platform, PackageNames wanted, RootKind kind, CancellationToken cancel)
    {
        var resolved = await ResolveAsync(platform, wanted, kind, cancel);
        return await _composer.FindAsync(resolved.Recipe, cancel) is { } root ? new ComposedRoot(root, resolved.Packages) : null;
    }

    /// <summary>Equal for equal roots, and known from the index and the lock alone.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<Digest> KeyAsync(Platform platform, PackageNames wanted, RootKind kind, CancellationToken cancel) =>
        (await ResolveAsync(platform, wanted, kind, cancel)).Key;

    // Thousands of targets share a few sets of packages.
    private async Task<Resolved> ResolveAsync(Platform platform, PackageNames wanted, RootKind kind, CancellationToken cancel)
    {
        var (own, tools) = (await LockOfAsync(platform, cancel), await LockOfAsync(platform.Tools, cancel));
        return _resolved.GetOrAdd((platform.Name, kind, Text(wanted)), _ =>
        {
            ImmutableArray<LockedPart> parts = platform.Cross is null ? [Close(platform, own, wanted.Own)] : [Close(platform.Tools, tools, wanted.Tools), Close(platform, own, wanted.Own)];
            var recipe = RecipeOf(platform, parts, kind);
            return new Resolved(parts, recipe, recipe.Digest);
        });
    }

    /// <summary>What the closure of all packages has beyond that of the packages below; null when that is nothing.</summary>
    private async Task<Resolved?> ResolveAboveAsync(Platform platform, PackageNames below, PackageNames wanted, RootKind kind, CancellationToken cancel)
    {
        var (lower, all) = (await ResolveAsync(platform, below, kind, cancel), await ResolveAsync(platform, wanted, kind, cancel));
        if (lower.Key == all.Key)
            return null;

        return _resolved.GetOrAdd((platform.Name, kind, $"{Text(below)} above {Text(wanted)}"), _ =>
        {
            ImmutableArray<LockedPart> parts = [.. all.Parts.Select((part, i) => part with { Closure = [.. part.Closure.Except(lower.Parts[i].Closure)] })];
            var recipe = RecipeOf(platform, parts, kind);
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
        (await ComposeAsync(platform, platform.Packages(platform.SandboxPackageSets), RootKind.Runtime, freshness, cancel)).Root;

    /// <summary>The lock of a platform.</summary>
    /// <exception cref="UserErrorException">It is missing or not as it should be.</exception>
    public Task<PackagesLock> LockOfAsync(Platform platform, CancellationToken cancel) => _packages.GetOrAdd(
        platform.Name, _ => PackagesLockFile.ReadAsync(LockFile(platform), platform.Name.ToString(), cancel));

    /// <summary>Where the lock of a platform is.</summary>
    public string LockFile(Platform platform) => Path.Combine(indexDirectory, platform.Folder, PackagesLockFile.FileName);

    private async Task<Digest> MakeAsync(Platform platform, Resolved resolved, RootKind kind, CancellationToken cancel)
    {
        var step = $"{platform.Name} {(kind == RootKind.Build ? "toolchain" : "libraries")} ({resolved.Packages.Length} packages)";
        using var only = await locks.AcquireAsync(resolved.Key, step, waiting: null, cancel);
        if (await _composer.FindAsync(resolved.Recipe, cancel) is { } meanwhile)
            return meanwhile;

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

    private DownloadRequest Request(PackagesLock packagesLock, LockedPackage package) => new()
    {
        Name = package.Path.Name,
        Hash = package.Sha256,
        Size = package.Size,
        Places = [.. mirrors.Locate(packagesLock.Archive, package.Path), DebianMirrors.Snapshot(packagesLock.Archive, packagesLock.Release.Snapshot).Locate(package.Path)],
    };

    /// <summary>Packages and parts of the platform; where it is built for by another, that one's, with the platform's own packages beneath and its own parts added.</summary>
    private static RootRecipe RecipeOf(Platform platform, ImmutableArray<LockedPart> parts, RootKind kind)
    {
        ImmutableArray<T> All<T>(Func<Platform, ImmutableArray<T>> part) => platform.Cross is null ? part(platform) : [.. part(platform.Tools), .. part(platform)];
        ImmutableArray<RootFile> Files(Func<Platform, ImmutableArray<PlatformFile>> files) => [.. All(files).Select(file => new RootFile(file.Path, file.Content, file.Executable))];
        ImmutableArray<RootLink> Links(Func<Platform, ImmutableArray<PlatformLink>> links) => [.. All(links).Select(link => new RootLink(link.Path, link.Target))];

        var recipe = new RootRecipe
        {
            Packages = Packages(parts[0]),
            Rules = new CompositionRules { LeaveOut = platform.Tools.LeaveOut.Paths },
            Beneath = platform.Cross is null ? null : new PackagesBeneath(Packages(parts[1]), new CompositionRules { LeaveOut = platform.LeaveOut.Paths }),
            Directories = EmptyDirectories,
            Files = Files(from => from.Files),
            Links = Links(from => from.Links),
        };
        return kind == RootKind.Runtime ? recipe : recipe with
        {
            Moves = [.. All(from => from.Shims.Moves).Select(move => new RootMove(move.From, move.To))],
            ShimFiles = Files(from => from.Shims.Files),
            ShimLinks = Links(from => from.Shims.Links),
        };

        static ImmutableArray<RootPackage> Packages(LockedPart part) => [.. part.Closure.Select(package => new RootPackage(package.Name, package.Digest))];
    }

    private sealed class PackageReport(ObservedStep step) : IProgress<CompositionProgress>
    {
        public void Report(CompositionProgress value) =>
            step.Advance($"unpacked {value.Package} ({value.Done} of {value.Total})");
    }
}
