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
    public async Task<ComposedRoot> ComposeAsync(Platform platform, ImmutableArray<string> wanted, RootKind kind, Freshness freshness, CancellationToken cancel)
    {
        var (closure, recipe, _) = await ResolveAsync(platform, wanted, kind, cancel);
        if (freshness == Freshness.MadeAgain)
            await _composer.ForgetAsync(recipe, cancel);
        return new ComposedRoot(
            await _composer.FindAsync(recipe, cancel) ?? await MakeAsync(await LockOfAsync(platform, cancel), closure, recipe, kind, cancel), closure);
    }

    /// <summary>The root as <see cref="ComposeAsync"/> gives it, when it was composed before; else null. Nothing is downloaded.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<ComposedRoot?> FindAsync(Platform platform, ImmutableArray<string> wanted, RootKind kind, CancellationToken cancel)
    {
        var (closure, recipe, _) = await ResolveAsync(platform, wanted, kind, cancel);
        return await _composer.FindAsync(recipe, cancel) is { } root ? new ComposedRoot(root, closure) : null;
    }

    /// <summary>Equal for equal roots, and known from the index and the lock alone.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<Digest> KeyAsync(Platform platform, ImmutableArray<string> wanted, RootKind kind, CancellationToken cancel) =>
        (await ResolveAsync(platform, wanted, kind, cancel)).Key;

    // Thousands of targets share a few sets of packages.
    private async Task<Resolved> ResolveAsync(Platform platform, ImmutableArray<string> wanted, RootKind kind, CancellationToken cancel)
    {
        var packagesLock = await LockOfAsync(platform, cancel);
        return _resolved.GetOrAdd((platform.Name, kind, string.Join(' ', wanted)), _ =>
        {
            var closure = packagesLock.Closure(wanted, platform.LeaveOut.Packages.Except(wanted, StringComparer.Ordinal));
            var recipe = RecipeOf(platform, closure, kind);
            return new Resolved(closure, recipe, recipe.Digest);
        });
    }

    private sealed record Resolved(ImmutableArray<LockedPackage> Closure, RootRecipe Recipe, Digest Key);

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

    private async Task<Digest> MakeAsync(PackagesLock packagesLock, ImmutableArray<LockedPackage> closure, RootRecipe recipe, RootKind kind, CancellationToken cancel)
    {
        var step = $"{packagesLock.Platform} {(kind == RootKind.Build ? "toolchain" : "libraries")} ({closure.Length} packages)";
        using var only = await locks.AcquireAsync(recipe.Digest, step, waiting: null, cancel);
        if (await _composer.FindAsync(recipe, cancel) is { } meanwhile)
            return meanwhile;

        await FetchAsync(packagesLock, closure, cancel);
        using var observed = new ObservedStep(step, observer, time);
        var root = await _composer.ComposeAsync(recipe, new PackageReport(observed), cancel);
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

    private static RootRecipe RecipeOf(Platform platform, ImmutableArray<LockedPackage> closure, RootKind kind)
    {
        static ImmutableArray<RootFile> Files(ImmutableArray<PlatformFile> files) => [.. files.Select(file => new RootFile(file.Path, file.Content, file.Executable))];
        static ImmutableArray<RootLink> Links(ImmutableArray<PlatformLink> links) => [.. links.Select(link => new RootLink(link.Path, link.Target))];

        var recipe = new RootRecipe
        {
            Packages = [.. closure.Select(package => new RootPackage(package.Name, package.Digest))],
            Rules = new CompositionRules { LeaveOut = platform.LeaveOut.Paths },
            Directories = EmptyDirectories,
            Files = Files(platform.Files),
            Links = Links(platform.Links),
        };
        return kind == RootKind.Runtime ? recipe : recipe with
        {
            Moves = [.. platform.Shims.Moves.Select(move => new RootMove(move.From, move.To))],
            ShimFiles = Files(platform.Shims.Files),
            ShimLinks = Links(platform.Shims.Links),
        };
    }

    private sealed class PackageReport(ObservedStep step) : IProgress<CompositionProgress>
    {
        public void Report(CompositionProgress value) =>
            step.Advance($"unpacked {value.Package} ({value.Done} of {value.Total})");
    }
}
