using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Engine.Events;
using Monogres.Payloads.Binaries;
using Monogres.Engine.Execution;
using Monogres.Payloads.Extensions;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Payloads.Inspection;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Local;

namespace Monogres.Bench;

/// <summary>Where things are, and what is measured with.</summary>
internal sealed record Bench
{
    /// <summary>The repository.</summary>
    public required string Repository { get; init; }

    /// <summary>A store with the target's packages and source, or in which they may be put.</summary>
    public required string Store { get; init; }

    /// <summary>The target: <c>postgres@15.18+barebones</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Whether downloads are an error, since they would be measured.</summary>
    public bool Offline { get; init; }

    /// <summary>The tool's launcher, as a user starts it.</summary>
    public string Tool => Path.Combine(Repository, "monogres");

    /// <summary>The tool's index.</summary>
    public string Index => Path.Combine(Repository, "index");

    /// <summary>Starting an empty .NET program.</summary>
    public ImmutableArray<string> EmptyProgram => ["dotnet", Path.Combine(Repository, "artifacts", "bench", "EmptyProgram", "Monogres.EmptyProgram.dll")];

    /// <summary>Starting this program again, for what needs a process of its own.</summary>
    public ImmutableArray<string> Self(string measurement, string store) =>
        ["dotnet", Environment.GetCommandLineArgs()[0], "--repository", Repository, "--target", Target, "--store", store, measurement];

    /// <summary>An empty directory on the file system of the build output, removed at the end.</summary>
    public ScratchDirectory NewDirectory() => new(Path.Combine(Repository, "artifacts", "bench", $"work-{Environment.ProcessId}"));

    /// <summary>What building the target takes.</summary>
    /// <exception cref="UserErrorException">The index is faulty, or has no such target.</exception>
    public async Task<ServerPlan> PlanAsync(CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(Index, cancel)).OrThrow();
        return new Planner(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc").PlanServer(TargetName.Parse(Target));
    }

    /// <summary>The roots of a store.</summary>
    public Roots RootsOf(LocalStore store) => new(Index, store.Blobs, store.Memo, store.Locks, DownloaderOf(store), Mirrors, new Quiet(), TimeProvider.System);

    /// <summary>The source trees of a store.</summary>
    public SourceTrees SourcesOf(LocalStore store) => new(store.Blobs, store.Memo, DownloaderOf(store), Mirrors, new Quiet(), TimeProvider.System);

    /// <summary>Builds targets of a store.</summary>
    public TargetBuilder BuilderOf(LocalStore store, IActionRunner runner) => new(
        store.Blobs, SourcesOf(store), RootsOf(store), new ActionExecutor(store.Blobs, store.Actions, store.Locks, runner, new Quiet(), TimeProvider.System),
        new RememberedNeeds(store.Blobs, store.Memo), new ExtensionInspector(store.Blobs, store.Memo), new Quiet());

    /// <summary>Fills an empty store with nothing but what is downloaded for the target: packages of the toolchain and the sandbox, one file of the source.</summary>
    /// <exception cref="UserErrorException">Something of it is not in <see cref="Store"/> and cannot be had.</exception>
    public async Task FillWithDownloadsAsync(string directory, CancellationToken cancel)
    {
        var plan = await PlanAsync(cancel);
        using var from = LocalStore.Open(Store, TimeProvider.System);
        using var held = await from.Locks.ShareStoreAsync(waiting: null, cancel);
        using var to = LocalStore.Open(directory, TimeProvider.System);
        var roots = RootsOf(from);
        var wanted = plan.BuildPackages.Own.Concat(plan.Platform.Packages(plan.Platform.SandboxPackageSets).Own).Distinct(StringComparer.Ordinal).ToArray();
        var packages = (await roots.LockOfAsync(plan.Platform, cancel)).Closure(wanted, []);
        var source = (await SourcesOf(from).TreeOfAsync(plan.Source, Freshness.Remembered, cancel)).File!;
        // A root that is remembered does not need its packages, so they can be gone.
        if (packages.Any(package => from.Blobs.Find(package.Sha256) is null))
            await roots.ComposeAsync(new RootRequest(plan.Platform, new PackageNames([.. wanted], []), RootKind.Runtime), Freshness.MadeAgain, cancel);
        if (from.Blobs.Find(source.Sha256) is null)
            source = (await SourcesOf(from).TreeOfAsync(plan.Source, Freshness.MadeAgain, cancel)).File!;
        foreach (var hash in packages.Select(package => package.Sha256).Append(source.Sha256))
        {
            if (from.Blobs.Find(hash) is { } blob)
                await to.Blobs.PutFileAsync(from.Blobs.PathOf(blob, executable: false), cancel);
        }
    }

    private static DebianMirrors Mirrors => DebianMirrors.Of(new MirrorSettings { Variable = Environment.GetEnvironmentVariable("MONOGRES_MIRROR"), AptDirectory = "/etc/apt" });

    private Downloader DownloaderOf(LocalStore store) => new(store, Downloader.NewHandler(), new DownloadOptions { Offline = Offline }, TimeProvider.System);

    private sealed class Quiet : IEngineObserver
    {
        public void On(EngineEvent what)
        {
        }
    }
}

/// <summary>A directory that is removed at the end.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public ScratchDirectory(string path)
    {
        Path = path;
        Dispose();
        Directory.CreateDirectory(path);
    }

    public string Path { get; }

    public string Child(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
