using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Build;
using Monogres.Build.Binaries;
using Monogres.Build.Drafts;
using Monogres.Build.Execution;
using Monogres.Build.Extensions;
using Monogres.Build.Local;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Cache;
using Monogres.Packaging;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Sandbox;
using Monogres.Sandbox.Outputs;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Locks;

namespace Monogres.Cli;

/// <summary>Everything a command works with, put together by hand: the composition root.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private readonly StoreLock _storeLock;
    private readonly OnDemandRunner _runner;
    private readonly LiveObserver? _live;
    private readonly TextWriter _output, _error;
    private readonly Lock _results = new();

    private Workspace(Settings settings, MonogresIndex index, Streams console, LocalStore store, StoreLock storeLock, IBuildObserver observer, Downloader downloader, DebianMirrors mirrors, Roots roots)
    {
        var time = TimeProvider.System;
        (Settings, Index, Store, _storeLock, Observer, Roots) = (settings, index, store, storeLock, observer, roots);
        (_live, _output, _error) = (observer as LiveObserver, console.Out, console.Error);

        // The sandbox runs on this machine, so its programs are those of the host platform, whatever is built. They are made
        // ready when something is run: what is built already needs none.
        async Task<SandboxOptions> SandboxAsync(CancellationToken cancel) => new()
        {
            ProgramsRoot = await roots.SandboxProgramsAsync(index.Platform(HostPlatform), Freshness.Remembered, cancel),
            Canaries = CanariesOf(settings, time),
        };
        _runner = new OnDemandRunner(async cancel => new SandboxRunner(store, await SandboxAsync(cancel), time));
        Session = async cancel => new SandboxSession(store, await SandboxAsync(cancel), time);

        var verified = new VerifyingBlobStore(store.Blobs);
        var executor = new ActionExecutor(verified, store.Actions, store.Locks, _runner, observer, time);
        Sources = new SourceTrees(verified, store.Actions, downloader, mirrors, observer, time);
        LocalSources = new LocalSources(verified, store.Actions, downloader, GitArchives.Known, observer, time);
        DraftSources = new DraftSources(verified, downloader, mirrors, GitArchives.Known, observer);
        Builder = new TargetBuilder(verified, Sources, roots, executor, new RememberedNeeds(verified, store.Actions), new ExtensionInspector(verified, store.Actions), observer);
        Records = new TargetRecords(store.RecordsDirectory);
        Distributions = new Distributions(verified, Builder, Records);
        Tests = new TargetTests(Builder, verified);
    }

    public Settings Settings { get; }

    public MonogresIndex Index { get; }

    public LocalStore Store { get; }

    public IBuildObserver Observer { get; }

    public Roots Roots { get; }

    public SourceTrees Sources { get; }

    public LocalSources LocalSources { get; }

    public DraftSources DraftSources { get; }

    public TargetBuilder Builder { get; }

    public Distributions Distributions { get; }

    public TargetTests Tests { get; }

    public TargetRecords Records { get; }

    /// <summary>Makes the sandbox's own programs ready for a person's visit.</summary>
    public Func<CancellationToken, Task<SandboxSession>> Session { get; }

    /// <summary>Reads the index alone, so that what is asked of it can be refused before anything is downloaded.</summary>
    /// <exception cref="UserErrorException">The index is faulty.</exception>
    public static async Task<MonogresIndex> ReadIndexAsync(Settings settings, CancellationToken cancel) =>
        (settings.CacheDirectory is { } cache
            ? await new IndexCache(cache, TimeProvider.System).ReadAsync(settings.IndexDirectory, cancel)
            : await IndexReader.ReadAsync(settings.IndexDirectory, cancel)).OrThrow();

    /// <summary>Opens the store.</summary>
    /// <exception cref="UserErrorException">The store cannot be used.</exception>
    public static async Task<Workspace> OpenAsync(Settings settings, MonogresIndex index, Streams console, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var store = LocalStore.Open(settings.StoreDirectory, time);
        var observer = ObserverFor(settings, console, time);
        var held = await store.Locks.ShareStoreAsync(waiting: null, cancel);

        var mirrors = DebianMirrors.Of(MirrorsOf(settings));
        var downloader = NewDownloader(settings, store, time);
        var roots = new Roots(settings.IndexDirectory, store.Blobs, store.Actions, store.Locks, downloader, mirrors, observer, time);
        return new Workspace(settings, index, console, store, held, observer, downloader, mirrors, roots);
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
    public void WriteResult(string text)
    {
        lock (_results)
        {
            _live?.Pause(() => _output.WriteLine(text));
            if (_live is null)
                _output.WriteLine(text);
        }
    }

    /// <summary>Says something to the person at the terminal, while others may still be under way.</summary>
    public void WriteMessage(string text)
    {
        lock (_results)
        {
            _live?.Pause(() => _error.WriteLine(text));
            if (_live is null)
                _error.WriteLine(text);
        }
    }

    /// <summary>Says that a target could not be built, when the command goes on with others.</summary>
    public void ReportFailure(TargetPlan plan, UserErrorException error)
    {
        Observer.On(new BuildEvent.TargetFailed(plan.Target.ToString(), error.Message));
        lock (_results)
        {
            if (_live is { } live)
                live.Pause(() => ErrorText.Write(error, _error, Settings.Color));
            else
                ErrorText.Write(error, _error, Settings.Color);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null)
            await _live.DisposeAsync();
        await _runner.DisposeAsync();
        _storeLock.Dispose();
        Store.Dispose();
    }

    private static Downloader NewDownloader(Settings settings, LocalStore store, TimeProvider time) => new(
        store,
        Downloader.NewHandler(),
        new DownloadOptions { Offline = settings.Offline, Mirror = settings.SourceMirror is { } mirror ? SourceMirror.Parse(AbsoluteOrUrl(mirror)) : null },
        time);

    private static string AbsoluteOrUrl(string place) => place.Contains("://", StringComparison.Ordinal) ? place : Path.GetFullPath(place);

    private static PlatformName HostPlatform => PlatformName.Parse(Commands.TargetOptions.DefaultPlatform);

    private static IBuildObserver ObserverFor(Settings settings, Streams console, TimeProvider time) =>
        settings.Json ? new JsonObserver(console.Out)
        : settings.LiveProgress ? new LiveObserver(console.Error, time, Streams.Width)
        : new PlainObserver(console.Error);

    /// <summary>What of this machine must be in no output.</summary>
    private static ImmutableArray<Canary> CanariesOf(Settings settings, TimeProvider time) =>
    [
        new Canary("host name", Environment.MachineName),
        new Canary("kernel release", KernelRelease()),
        new Canary("user name", Environment.UserName),
        new Canary("store's directory", settings.StoreDirectory),
        .. Canary.ForDay(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)),
    ];

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
