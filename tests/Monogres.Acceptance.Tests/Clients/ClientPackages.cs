using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Sandbox.Roots;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Store.Locks;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>
/// Packages of Debian 12 that tests bring along (<see cref="ClientLock"/>): what a user would have on another machine, and nothing of
/// this one. Files and roots are kept in the store that all tests share.
/// </summary>
internal sealed class ClientPackages : IDisposable
{
    // Pages that no program reads, and what a script of one package would have moved out of another's way. What is below etc and
    // var stays: many programs look for their configuration there.
    private static readonly ImmutableArray<string> Omissions = ["usr/bin/shasum", "usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man"];

    private readonly LocalStore _store;
    private readonly StoreLock _lock;
    private readonly HttpMessageHandler _handler;
    private readonly Downloader _downloader;
    private readonly StepEngine _engine;
    private readonly PinnedDownloads _files;
    private readonly PackagesLock _packages;

    private ClientPackages(LocalStore store, StoreLock storeLock, PackagesLock packages)
    {
        (_store, _lock, _packages) = (store, storeLock, packages);
        _handler = Downloader.NewHandler();
        _downloader = new Downloader(store, _handler, new DownloadOptions(), TimeProvider.System);
        var mirrors = DebianMirrors.Of(ClientLock.Mirrors with { Snapshot = packages.Release.Snapshot });
        _files = new PinnedDownloads(_downloader, mirrors, Silence.Instance);
        _engine = new StepEngine(new EngineServices
        {
            Blobs = store.Blobs,
            Memo = store.Memo,
            Actions = store.Actions,
            Locks = store.Locks,
            Files = _files,
            // Composing a root runs nothing.
            Runner = new FakeActionRunner((_, _) => throw new InvalidOperationException("nothing is to be run")),
            Observer = Silence.Instance,
            Time = TimeProvider.System,
            Cores = Environment.ProcessorCount,
        });
    }

    /// <summary>Opens the shared store.</summary>
    public static async Task<ClientPackages> OpenAsync()
    {
        var packages = ClientLock.Read();
        var store = LocalStore.Open(Tool.SharedStore, TimeProvider.System);
        return new ClientPackages(store, await store.Locks.LockSharedAsync(waiting: null, default), packages);
    }

    /// <summary>These packages and all that they depend on.</summary>
    public ImmutableArray<LockedPackage> Closure(IEnumerable<string> names) => _packages.Closure(names, []);

    /// <summary>Downloads packages; answers with the <c>.deb</c> files, by their names in a pool.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DownloadAsync(ImmutableArray<LockedPackage> packages)
    {
        var digests = await _files.FetchAsync([.. packages.Select(package => new PinnedFile
        {
            Name = Path.GetFileName(package.Path.Value),
            Sha256 = package.Digest.Hash,
            Size = package.Digest.Size,
            Places = [new Monogres.Core.Place.Pool(_packages.Archive, package.Path)],
        })], default);
        return packages.Zip(digests).ToDictionary(one => Path.GetFileName(one.First.Path.Value), one => _store.Blobs.PathOf(one.Second, executable: false)!, StringComparer.Ordinal);
    }

    /// <summary>A directory with the files of these packages and all that they depend on; no script of a package has run. Nothing may be written there.</summary>
    /// <param name="names">The packages.</param>
    /// <param name="links">What scripts of packages would have linked: path and target, from the root.</param>
    public async Task<RootLease> RootAsync(IEnumerable<string> names, params (string Path, string Target)[] links)
    {
        var closure = Closure(names);
        var recipe = new RootRecipe
        {
            Packages = [.. closure.Select(package => new RootPackage(package.Name, package.Digest))],
            Rules = new CompositionRules { Omissions = Omissions },
            Files =
            [
                new RootFile(RelativePath.Parse("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", Executable: false),
                new RootFile(RelativePath.Parse("etc/group"), "root:x:0:\nnogroup:x:65534:\n", Executable: false),
                new RootFile(RelativePath.Parse("etc/hosts"), "127.0.0.1 localhost\n", Executable: false),
            ],
            Links = [.. links.Append(("usr/bin/awk", "usr/bin/mawk")).Select(link => new RootLink(RelativePath.Parse(link.Item1), RelativePath.Parse(link.Item2)))],
        };
        var step = new ComposeStep(new StepName(PlatformName.Parse(ClientLock.Platform), $"clients ({closure.Length} packages)"), recipe, [new ComposeSource.Locked(_packages, closure)]);
        var tree = (await _engine.GetAsync(step, default)).Tree;
        return await new RootMaterializer(_store, TimeProvider.System).MaterialiseAsync(tree, workingDirectory: null, default);
    }

    public void Dispose()
    {
        _downloader.Dispose();
        _handler.Dispose();
        _lock.Dispose();
        _store.Dispose();
    }

    private sealed class Silence : IEngineObserver
    {
        public static readonly Silence Instance = new();

        public void On(EngineEvent happened)
        {
        }
    }
}
