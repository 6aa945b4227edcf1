using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans;
using Monogres.Plans.Roots;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Sandbox;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Store.Trees;

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

    /// <summary>The address of a remote engine, for what measures one.</summary>
    public string? Engine { get; init; }

    /// <summary>The platform properties of its workers, <c>NAME=VALUE,…</c>.</summary>
    public string? Properties { get; init; }

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

    /// <summary>The platform of the targets.</summary>
    public static PlatformName PlatformName => TargetId.DefaultPlatform;

    /// <summary>A planner over an index in a directory.</summary>
    public static Planner PlannerOf(string directory, MonogresIndex index) => new(index, index.Platform(PlatformName), TargetId.DefaultToolchain, LocksOf(directory));

    /// <summary>What building the target takes.</summary>
    /// <exception cref="UserErrorException">The index is faulty, or has no such target.</exception>
    public async Task<Target> PlanAsync(CancellationToken cancel) =>
        PlannerOf(Index, (await IndexReader.ReadAsync(Index, cancel)).OrThrow()).Plan(TargetName.Parse(Target));

    /// <summary>The root with the sandbox's own programs.</summary>
    public async Task<ComposeStep> SandboxProgramsAsync(CancellationToken cancel) =>
        new SandboxRoot((await IndexReader.ReadAsync(Index, cancel)).OrThrow().Platform(PlatformName), LocksOf(Index)).Step;

    /// <summary>Runs the steps of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="runner">What runs commands; null for an engine that runs none.</param>
    public StepEngine EngineOf(LocalStore store, IActionRunner? runner = null)
    {
        var blobs = new VerifyingBlobStore(store.Blobs);
        var quiet = new Quiet();
        return new StepEngine(new EngineServices
        {
            Blobs = blobs,
            Memo = store.Memo,
            Actions = new CompleteActionCache(store.Actions, blobs, (_, _) => { }),
            Locks = store.Locks,
            Files = new PinnedDownloads(new Downloader(store, Downloader.NewHandler(), new DownloadOptions { Offline = Offline }, TimeProvider.System), Mirrors, quiet),
            Runner = new CanonicalOutputRunner(runner ?? new NoRunner(), store.Blobs, new CanaryScan([])),
            Observer = quiet,
            Time = TimeProvider.System,
            Cores = Environment.ProcessorCount,
        });
    }

    /// <summary>Runs commands in the sandbox, whose programs are made ready when the first one is run.</summary>
    public OnDemandRunner SandboxOf(LocalStore store) => new(async cancel => new SandboxRunner(
        store, new SandboxOptions { ProgramsRoot = (await EngineOf(store).GetAsync(await SandboxProgramsAsync(cancel), cancel)).Tree }, TimeProvider.System));

    /// <summary>Fills an empty store with nothing but what is downloaded for the target: packages of the toolchain and the sandbox, one file of the source.</summary>
    /// <exception cref="UserErrorException">Something of it is not in <see cref="Store"/> and cannot be had.</exception>
    public async Task FillWithDownloadsAsync(string directory, CancellationToken cancel)
    {
        var made = (await PlanAsync(cancel)).Ingredients;
        using var from = LocalStore.Open(Store, TimeProvider.System);
        using var held = await from.Locks.LockSharedAsync(waiting: null, cancel);
        using var to = LocalStore.Open(directory, TimeProvider.System);
        var engine = EngineOf(from);
        ImmutableArray<ComposeStep> roots = [.. made.BuildRoot, await SandboxProgramsAsync(cancel)];
        List<Digest> files = [];
        foreach (var root in roots)
        {
            // A root that is remembered does not need its packages, so they can be gone.
            if (root.Packages.Any(package => from.Blobs.Find(package.Sha256) is null))
                await AgainAsync(root);
            files.AddRange(root.Packages.Select(package => package.Digest));
        }

        foreach (var archive in made.Archives)
        {
            var known = await engine.GetAsync(archive, cancel);
            files.Add(known.File is { } file && from.Blobs.Find(file.Hash) is not null ? file : (await AgainAsync(archive)).File!.Value);
        }

        foreach (var file in files.Distinct())
            await to.Blobs.PutAsync(await from.Blobs.ReadAllAsync(file, cancel), cancel);

        async Task<StepResult> AgainAsync(Step step)
        {
            await from.Memo.RemoveAsync(step.Key, cancel);
            return await engine.GetAsync(step, cancel);
        }
    }

    private static Func<Platform, PackagesLock> LocksOf(string index)
    {
        Dictionary<PlatformName, PackagesLock> locks = [];
        return platform => locks.TryGetValue(platform.Name, out var known)
            ? known
            : locks[platform.Name] = PackagesLockFile.ReadFile(Path.Combine(index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString());
    }

    private static DebianMirrors Mirrors => DebianMirrors.Of(new MirrorSettings { Variable = Environment.GetEnvironmentVariable("MONOGRES_MIRROR"), AptDirectory = "/etc/apt" });

    internal sealed class Quiet : IEngineObserver
    {
        public void On(EngineEvent what)
        {
        }
    }

    private sealed class NoRunner : IActionRunner
    {
        public Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel) =>
            throw new InvalidOperationException($"{request.Name} is not built in this store");
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
