using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Roots;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

/// <summary>
/// A small root to run real sandboxes from, composed by the product itself out of pinned packages the first time. The
/// variable (set by <c>./test</c>) names a directory that is kept between runs: <c>store/</c>, a store of its own, and
/// <c>programs-root</c>, the digest of a tree in it with the sandbox's programs and a shell with its usual tools.
/// </summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public const string Variable = "MONOGRES_TEST_SANDBOX";

    private static readonly RelativePath Work = RelativePath.Parse("build");

    private LocalStore? _store;

    public LocalStore Store => _store ??= LocalStore.Open(Path.Combine(Place, "store"), TimeProvider.System);

    public Digest ProgramsRoot => Digest.Parse(File.ReadAllText(Path.Combine(Place, "programs-root")).Trim());

    public static string Place { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } place
        ? place
        : throw new InvalidOperationException($"{Variable} must name a directory to keep a small store in; run the tests with ./test Sandbox");

    /// <summary>Composes the root when it is not there yet.</summary>
    public async ValueTask InitializeAsync()
    {
        var digest = Path.Combine(Place, "programs-root");
        if (File.Exists(digest))
            return;

        var directory = FindIndex(AppContext.BaseDirectory);
        var index = (await IndexReader.ReadAsync(directory, default)).OrThrow();
        var platform = index.Platform(PlatformName.Parse("debian12-amd64"));
        using var handler = Downloader.NewHandler();
        using var downloader = new Downloader(Store, handler, new DownloadOptions(), TimeProvider.System);
        var mirrors = DebianMirrors.Of(new MirrorSettings { Variable = Environment.GetEnvironmentVariable("MONOGRES_MIRROR"), AptDirectory = "/etc/apt" });
        var engine = new StepEngine(new EngineServices
        {
            Blobs = Store.Blobs,
            Memo = Store.Memo,
            Actions = Store.Actions,
            Locks = Store.Locks,
            Files = new PinnedDownloads(downloader, mirrors, new Silence()),
            // Composing a root runs nothing.
            Runner = new FakeActionRunner((_, _) => throw new InvalidOperationException("nothing is to be run")),
            Observer = new Silence(),
            Time = TimeProvider.System,
            Cores = 1,
        });
        var root = new SandboxRoot(
            platform with { SandboxPackageSets = [.. platform.SandboxPackageSets, "shell"] },
            of => PackagesLockFile.ReadFile(Path.Combine(directory, of.Folder, PackagesLockFile.FileName), of.Name.ToString()));
        await File.WriteAllTextAsync(digest, (await engine.GetAsync(root.Step, default)).Tree.ToString());
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return default;
    }

    public SandboxRunner Runner(RootMount mount = RootMount.Overlay, ActionLimits? limits = null) =>
        new(Store, new SandboxOptions { ProgramsRoot = ProgramsRoot, Mount = mount, Limits = limits ?? ActionLimits.Default(4L << 30) }, TimeProvider.System);

    /// <summary>A runner that does something otherwise than always.</summary>
    public SandboxRunner Varied(SandboxVariation variation) => new(Store, new SandboxOptions { ProgramsRoot = ProgramsRoot, Variation = variation }, TimeProvider.System);

    /// <summary>A tree that holds the working directory and files in it.</summary>
    public async Task<Digest> SourceAsync(params (string Name, string Content)[] files)
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(Work);
        foreach (var (name, content) in files)
            tree.AddFile(Work.Combine(RelativePath.Parse(name)), await Store.Blobs.PutAsync(Encoding.UTF8.GetBytes(content), default), executable: false);
        return await tree.WriteAsync(Store.Blobs, default);
    }

    /// <summary>A shell script over the prepared root and a source.</summary>
    public async Task<ActionRequest> RequestAsync(string script, TimeSpan? timeout = null, params (string Name, string Content)[] source)
    {
        ImmutableArray<Digest> layers = [ProgramsRoot, await SourceAsync(source)];
        return await RequestAsync(["/bin/sh", "-c", script], layers, timeout);
    }

    public async Task<ActionRequest> RequestAsync(ImmutableArray<string> arguments, ImmutableArray<Digest> layers, TimeSpan? timeout = null) => new()
    {
        Name = "test",
        Layers = layers,
        Action = new CanonicalAction
        {
            InputRoot = await TreeUnion.MergeAsync(Store.Blobs, [.. layers.Select(layer => new UnionLayer(layer, Overrides: true))], default),
            Arguments = arguments,
            Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("PATH", "/usr/bin:/bin")]),
            WorkingDirectory = Work,
            Timeout = timeout ?? TimeSpan.FromMinutes(5),
        },
    };

    public string Text(Protocol.Digest digest) => Encoding.UTF8.GetString(Store.Blobs.ReadAllAsync(digest.ToDigest(), default).AsTask().GetAwaiter().GetResult());

    private static string FindIndex(string from) => File.Exists(Path.Combine(from, "index/index.json"))
        ? Path.Combine(from, "index")
        : FindIndex(Path.GetDirectoryName(from) ?? throw new InvalidOperationException("the index is not above the test binaries"));

    private sealed class Silence : IEngineObserver
    {
        public void On(EngineEvent what)
        {
        }
    }
}

/// <summary>Remembers the lines that were told, and calls back on each.</summary>
internal sealed class Lines(Action<string>? told = null) : IProgress<LogProgress>
{
    public List<string> Told { get; } = [];

    /// <summary>The size of the log at each of them.</summary>
    public List<long> Bytes { get; } = [];

    public void Report(LogProgress value)
    {
        Told.Add(value.LastLine);
        Bytes.Add(value.Bytes);
        told?.Invoke(value.LastLine);
    }
}
