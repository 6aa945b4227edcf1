using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Cache;
using Monogres.Index.Platforms;
using Monogres.Plans;
using Monogres.Plans.Roots;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Results.Building;
using Monogres.Results.Records;
using Monogres.Results.Testing;
using Monogres.Proof.Verification;
using Monogres.Sandbox;
using Monogres.Sandbox.Roots;
using Monogres.Sources.Git;
using Monogres.Sources.Drafts;
using Monogres.Sources.Local;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Store.Locks;
using Monogres.Store.Trees;

namespace Monogres.Cli.Commands;

/// <summary>Everything a command works with, put together by hand: the composition root.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private readonly StoreLock _storeLock;
    private readonly OnDemandRunner _runner;
    private readonly RemoteParts? _remote;
    private readonly LiveObserver? _live;
    private readonly TextWriter _output, _error;
    private readonly Lock _results = new();

    private Workspace(Settings settings, MonogresIndex index, Streams console, LocalStore store, StoreLock storeLock, IEngineObserver observer)
    {
        var time = TimeProvider.System;
        (Settings, Index, Store, _storeLock, Observer) = (settings, index, store, storeLock, observer);
        (_live, _output, _error) = (observer as LiveObserver, console.Out, console.Error);

        var mirrors = DebianMirrors.Of(MirrorsOf(settings));
        var downloader = Downloader = NewDownloader(settings, store, time);
        Blobs = new VerifyingBlobStore(store.Blobs);
        // The sandbox runs on this machine, so its programs are those of the default platform, whatever is built. They are made
        // ready when something is run: what is built already needs none.
        SandboxPrograms = new SandboxRoot(index.Platform(TargetId.DefaultPlatform), LocksOf(settings)).Step;
        async Task<Digest> ProgramsAsync(CancellationToken cancel) => (await Engine!.GetAsync(SandboxPrograms, cancel)).Tree;
        async Task<SandboxOptions> SandboxAsync(CancellationToken cancel) => new()
        {
            ProgramsRoot = await ProgramsAsync(cancel),
            Limits = settings.Limits,
            Variation = settings.Variation,
        };
        _runner = new OnDemandRunner(async cancel => new SandboxRunner(store, await SandboxAsync(cancel), time));
        // Nothing of it is loaded unless it is named.
        _remote = settings.Remote is { } named ? RemoteParts.Make(named, store, Blobs, ProgramsAsync, WriteMessage, time) : null;
        Blobs = _remote?.Blobs ?? Blobs;
        var here = _remote?.Here(_runner) ?? _runner;
        IActionCache actions = new CompleteActionCache(store.Actions, Blobs, (action, missing) => observer.On(new EngineEvent.Repairing($"action {action.Hash.ToString()[..12]}", missing.Message)));
        // What the sandbox has just captured was hashed a moment ago, so it is not verified again.
        var canaries = new CanaryScan(CanariesOf(settings, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)));
        CanonicalOutputRunner Canonical(IActionRunner runner) => new(runner, store.Blobs, canaries);
        var services = new EngineServices
        {
            Blobs = Blobs,
            Memo = store.Memo,
            Actions = _remote?.Share(actions) ?? actions,
            Locks = store.Locks,
            Files = Files = new PinnedDownloads(downloader, mirrors, observer),
            Runner = Canonical(_remote?.RunnerOver(here) ?? here),
            RunnerBeside = _remote is { Jobs: not null } && settings.Remote!.Beside ? Canonical(here) : null,
            Observer = observer,
            Times = new StoredTimes(store.RecordsDirectory),
            Time = time,
            Cores = Environment.ProcessorCount,
            RemoteJobs = _remote?.Jobs,
        };
        Engine = new StepEngine(services);

        Session = async cancel => new SandboxSession(store, await SandboxAsync(cancel), time);

        Targets = new TargetBuilds(Engine, Blobs, observer);
        Tester = new TargetTester(Engine, Blobs);
        Recipes = new RecipeReader(Engine, index.Digest, Terminal.VersionText.Line);
        Records = new TargetRecords(store.RecordsDirectory);
        Reasons = new BuildReasons(Engine, Recipes, Records);
        Hashed = new HashedFiles(Path.Combine(store.RecordsDirectory, "files"), time);
        LocalSources = new LocalSources(Blobs, store.Memo, downloader, GitArchives.Known, observer, time);
        DraftSources = new DraftSources(Blobs, downloader, mirrors, GitArchives.Known, observer, settings.Offline ? null : new GitSubmodules(Downloader.NewHandler));
    }

    public Settings Settings { get; }

    public MonogresIndex Index { get; }

    public LocalStore Store { get; }

    public ILocalBlobStore Blobs { get; }

    public IEngineObserver Observer { get; }

    public StepEngine Engine { get; }

    public TargetBuilds Targets { get; }

    public TargetTester Tester { get; }

    public RecipeReader Recipes { get; }

    public TargetRecords Records { get; }

    public BuildReasons Reasons { get; }

    public HashedFiles Hashed { get; }

    public LocalSources LocalSources { get; }

    public DraftSources DraftSources { get; }

    public Downloader Downloader { get; }

    /// <summary>Gets files by digest.</summary>
    public IFileSource Files { get; }

    /// <summary>The lock of a platform, read when it is first asked for.</summary>
    public Func<Platform, PackagesLock> LockOf => field ??= LocksOf(Settings);

    /// <summary>The step that composes the root with the programs that compress packages.</summary>
    public Step PackingPrograms => field ??= new PackingRoot(Index.Platform(TargetId.DefaultPlatform), LockOf).Step;

    /// <summary>The step that composes the root with the programs that make sandboxes.</summary>
    public Step SandboxPrograms { get; }

    /// <summary>The step that composes the root with the compressors of upstream's archives.</summary>
    public Step ArchivePrograms => field ??= new PackingRoot(Index.Platform(TargetId.DefaultPlatform), LockOf).ArchiveStep;

    /// <summary>The step that composes the root with rpm.</summary>
    public Step RpmPrograms => field ??= new PackingRoot(Index.Platform(TargetId.DefaultPlatform), LockOf).RpmStep;

    /// <summary>The engine or cache elsewhere, when one is named.</summary>
    public RemoteParts? Remote => _remote;

    /// <summary>How many targets are asked for at once. Enough that those whose inputs are built already are not held up by those that wait for theirs, and that an engine elsewhere has what it may.</summary>
    public int TargetsAtOnce => Math.Max(Math.Max(16, 4 * Environment.ProcessorCount), 2 * (_remote?.Jobs ?? 0));

    /// <summary>Makes the sandbox's own programs ready for an interactive session.</summary>
    public Func<CancellationToken, Task<SandboxSession>> Session { get; }

    /// <summary>Reads the index alone, so that what is asked of it can be refused before anything is downloaded.</summary>
    /// <exception cref="UserErrorException">The index is faulty.</exception>
    public static async Task<MonogresIndex> ReadIndexAsync(Settings settings, CancellationToken cancel) =>
        (settings.CacheDirectory is { } cache
            ? await new IndexCache(cache, TimeProvider.System).ReadAsync(settings.IndexDirectory, cancel)
            : await IndexReader.ReadAsync(settings.IndexDirectory, cancel)).OrThrow();

    /// <summary>The locks of platforms, each read when it is first asked for.</summary>
    public static Func<Platform, PackagesLock> LocksOf(Settings settings)
    {
        ConcurrentDictionary<PlatformName, PackagesLock> locks = new();
        return platform => locks.GetOrAdd(platform.Name, name => PackagesLockFile.ReadFile(LockFile(settings, platform), name.ToString()));
    }

    /// <summary>Where the lock of a platform is.</summary>
    public static string LockFile(Settings settings, Platform platform) => Path.Combine(settings.IndexDirectory, platform.Folder, PackagesLockFile.FileName);

    /// <summary>Opens the store.</summary>
    /// <exception cref="UserErrorException">The store cannot be used.</exception>
    public static async Task<Workspace> OpenAsync(Settings settings, MonogresIndex index, Streams console, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var store = LocalStore.Open(settings.StoreDirectory, time);
        if (settings.Seed is { } seed)
            await StoreSeed.TakeAsync(seed, store, cancel);
        var observer = ObserverFor(settings, console, time);
        return new Workspace(settings, index, console, store, await store.Locks.LockSharedAsync(waiting: null, cancel), observer);
    }

    /// <summary>Where packages come from: flag, variable, this machine's own apt.</summary>
    public static MirrorSettings MirrorsOf(Settings settings) => new()
    {
        Flag = settings.MirrorFlag,
        Variable = settings.MirrorVariable,
        AptDirectory = "/etc/apt",
    };

    /// <summary>Clears the live view, before a result is written or a program takes the terminal; what comes next is drawn again.</summary>
    public void ClearProgress() => _live?.Clear();

    /// <summary>Writes one result, while others may still be under way.</summary>
    public void WriteResult(string text) => Write(() => _output.WriteLine(text));

    /// <summary>Says something to the person at the terminal, while others may still be under way.</summary>
    public void WriteMessage(string text) => Write(() => _error.WriteLine(text));

    /// <summary>Says what a verification found.</summary>
    public void ReportVerification(Said said)
    {
        if (Settings.Json)
        {
            WriteResult(said.Json);
            return;
        }

        if (said.Message is not null)
            WriteMessage(said.Message);
        if (said.Result is not null)
            WriteResult(said.Result);
    }

    /// <summary>Shows what the rebuild of a verification is at, from a line of its output.</summary>
    public void WriteProgress(string line)
    {
        if (!Settings.Json && Rebuilt.ProgressOf(line) is { } text)
            WriteMessage(text);
    }

    /// <summary>The programs that make sandboxes, laid out as a directory while the lease is held.</summary>
    public ValueTask<RootLease> ProgramsAsync(Digest tree, CancellationToken cancel) => new RootMaterializer(Store, TimeProvider.System).MaterialiseAsync(tree, workingDirectory: null, cancel);

    /// <summary>Says what upstream warns of in the releases that targets are, or are built against; each once.</summary>
    public void ReportWarnings(IEnumerable<Target> targets)
    {
        var releases = targets.Select(target => target.Server.Id.Name).DistinctBy(name => (name.Server, name.Version)).Select(name => (Name: $"{name.Server}@{name.Version}", Release: Index.Project(name.Server).Release(name.Version)));
        foreach (var (name, why) in releases.SelectMany(one => one.Release.Warnings.Select(why => (one.Name, why))))
        {
            if (Settings.Json)
                WriteResult(TargetEventJson.Write(new TargetEvent.Warned(name, why)));
            else
                WriteMessage($"warning: upstream warns of {name}: {why}");
        }
    }

    /// <summary>Says that a target is built, and what is worth a look although it is no error.</summary>
    public void ReportBuilt(BuiltTarget built, ImmutableArray<string> files)
    {
        if (Settings.Json)
        {
            WriteResult(TargetEventJson.Write(new TargetEvent.Built(built.Target.Id.ToString(), built.Payload, files, built.Findings)));
            return;
        }

        WriteResult(string.Join('\n', files));
        foreach (var finding in built.Findings.Where(finding => !finding.IsFailure))
            WriteMessage($"{built.Target}: {finding}");
    }

    /// <summary>Says that a target could not be built, when the command goes on with others.</summary>
    public void ReportFailure(Target target, UserErrorException error)
    {
        if (Settings.Json)
            WriteResult(TargetEventJson.Write(new TargetEvent.Failed(target.Id.ToString(), error.Message)));
        Write(() => ErrorText.Write(error, _error, Settings.Color));
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null)
            await _live.DisposeAsync();
        await _runner.DisposeAsync();
        _remote?.Dispose();
        _storeLock.Dispose();
        Store.Dispose();
    }

    private void Write(Action write)
    {
        lock (_results)
        {
            if (_live is { } live)
                live.Pause(write);
            else
                write();
        }
    }

    private static Downloader NewDownloader(Settings settings, LocalStore store, TimeProvider time) => new(
        store,
        Downloader.NewHandler,
        new DownloadOptions { Offline = settings.Offline, Mirror = MirrorOf(settings) },
        time);

    /// <summary>What has sources before every other place, or null.</summary>
    /// <exception cref="UserErrorException">It is no mirror.</exception>
    public static SourceMirror? MirrorOf(Settings settings) => settings.SourceMirror is { } mirror ? SourceMirror.Parse(AbsoluteOrUrl(mirror)) : null;

    private static string AbsoluteOrUrl(string place) => place.Contains("://", StringComparison.Ordinal) ? place : Path.GetFullPath(place);

    private static IEngineObserver ObserverFor(Settings settings, Streams console, TimeProvider time) =>
        settings.JsonEvents ? new JsonObserver(console.Out, time)
        : settings.LiveProgress ? new LiveObserver(console.Error, time, Streams.Width)
        : new PlainObserver(console.Error, time);

    /// <summary>What of this machine must be in no output; found out when the first output is searched.</summary>
    private static IEnumerable<Canary> CanariesOf(Settings settings, DateOnly today)
    {
        yield return new Canary("host name", Environment.MachineName);
        yield return new Canary("kernel release", KernelRelease());
        yield return new Canary("user name", Environment.UserName);
        yield return new Canary("store's directory", settings.StoreDirectory);
        foreach (var canary in Canary.ForDay(today))
            yield return canary;
    }

    private static string KernelRelease()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
