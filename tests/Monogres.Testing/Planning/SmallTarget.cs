using System.Text;
using Monogres.Actions;
using Monogres.Engine.Events;
using Monogres.Payloads.Binaries;
using Monogres.Engine.Execution;
using Monogres.Payloads.Extensions;
using Monogres.Plans;
using Monogres.Records;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Testing;

/// <summary>
/// A target whose source is one small file in a folder, whose root has no packages, and whose build is a function of the
/// test: everything between the plan and the files in the output directory is real.
/// </summary>
internal sealed class SmallTarget : IDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly TemporaryDirectory _mirror = new();
    private readonly Downloader _downloader;
    private readonly SocketsHttpHandler _network = new();

    private SmallTarget(ServerPlan plan, byte[] source, Func<IBlobStore, CancellationToken, Task<ActionOutcome>> build)
    {
        Plan = plan;
        File.WriteAllBytes(_mirror["small-15.18.tar.gz"], source);
        Blobs = new VerifyingBlobStore(_store.Store.Blobs);
        _downloader = new Downloader(_store.Store, _network, new DownloadOptions { Offline = true, Mirror = SourceMirror.Parse(_mirror.Path) }, _store.Time);
        var mirrors = DebianMirrors.Of(new MirrorSettings());
        Runner = new FakeActionRunner((_, cancel) => build(Blobs, cancel));
        var executor = new ActionExecutor(Blobs, _store.Store.Actions, _store.Store.Locks, Runner, Observer, _store.Time);
        var sources = new SourceTrees(Blobs, _store.Store.Memo, _downloader, mirrors, Observer, _store.Time);
        var roots = new Roots(RepositoryFiles.Index, Blobs, _store.Store.Memo, _store.Store.Locks, _downloader, mirrors, Observer, _store.Time);
        Records = new TargetRecords(_store.Store.RecordsDirectory);
        Builder = new TargetBuilder(Blobs, sources, roots, executor, new RememberedNeeds(Blobs, _store.Store.Memo), new ExtensionInspector(Blobs, _store.Store.Memo), Observer);
    }

    public ServerPlan Plan { get; }

    /// <summary>The folder that has the source, and whatever else a test puts there to be had: nothing comes from elsewhere.</summary>
    public string Mirror => _mirror.Path;

    public ILocalBlobStore Blobs { get; }

    public FakeActionRunner Runner { get; }

    public TargetBuilder Builder { get; }

    public TargetRecords Records { get; }

    public RecordingObserver Observer { get; } = new();

    /// <summary>A target that installs these files below its prefix.</summary>
    public static Task<SmallTarget> InstallingAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancel, string? symbols = null) => OfAsync(async (store, stop) =>
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in files)
            tree.AddFile(RelativePath.Parse($"usr/lib/postgresql/15/{path}"), await store.PutAsync(Encoding.UTF8.GetBytes(content), stop), path.StartsWith("bin/", StringComparison.Ordinal));
        if (symbols is not null)
            tree.AddFile(Payload.SymbolsDirectory.Combine(RelativePath.Parse(".build-id/ab/cd.debug")), await store.PutAsync(Encoding.UTF8.GetBytes(symbols), stop), executable: false);
        return FakeActionRunner.Succeeded(await tree.WriteAsync(store, stop));
    }, cancel);

    /// <summary>A target that is built in that way.</summary>
    public static async Task<SmallTarget> OfAsync(Func<IBlobStore, CancellationToken, Task<ActionOutcome>> build, CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, cancel)).OrThrow();
        var plan = new Planner(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc").PlanServer(TargetName.Parse("postgres@15.18+minimal"));
        var source = Source();
        return new SmallTarget(plan with
        {
            BuildPackages = new PackageNames([], []),
            Source = plan.Source with
            {
                Files =
                [
                    new SourceFile
                    {
                        Source = "tarball",
                        Sha256 = Sha256Hash.Of(source),
                        Size = source.Length,
                        StripPrefix = RelativePath.Parse("small-15.18"),
                        Places = [new Place.Web(new Uri("https://source.invalid/small-15.18.tar.gz"))],
                    },
                ],
            },
        }, source, build);
    }

    /// <summary>Changes the content of a blob on disk, as a bad disk would.</summary>
    public void Damage(Digest digest)
    {
        var file = Assert.Single(_store.Files("blobs"), file => Path.GetFileName(file).StartsWith(digest.Hash.ToString(), StringComparison.Ordinal));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes[0] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose()
    {
        _downloader.Dispose();
        _network.Dispose();
        _store.Dispose();
        _mirror.Dispose();
    }

    private static byte[] Source() => SmallArchive.Of(("small-15.18/configure", "#!/bin/sh\n", false));
}
