using System.Collections.Immutable;
using Monogres.Build.Execution;
using Monogres.Build.Matrix;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Mirrors;
using Monogres.Store.Downloads;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Build.Tests.Execution;

/// <summary>A toolchain that is made of an archive, here a small one in the place of Zig's.</summary>
public sealed class ToolchainArchiveTests : IAsyncDisposable
{
    private const string Name = "zig-small.tar.gz";

    private static readonly byte[] Archive = SmallArchive.Of(("zig-1/zig", "the compiler", true), ("zig-1/lib/std.zig", "its library", false));

    private readonly TemporaryStore _store = new();
    private readonly TemporaryDirectory _mirror = new();
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly List<Downloader> _downloaders = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _downloaders.ForEach(downloader => downloader.Dispose());
        _network.Dispose();
        await _server.DisposeAsync();
        _store.Dispose();
        _mirror.Dispose();
    }

    [Fact]
    public async Task The_archive_is_downloaded_by_digest_and_laid_into_the_build_root()
    {
        var request = await RequestAsync(Archive, _server.Answer(Name, new LoopbackAnswer { Body = Archive }));
        var root = await Online().ComposeAsync(request, Freshness.Remembered, Cancel);

        var entries = await EntriesAsync(root.Root);
        Assert.Equal((Digest.Of("the compiler"u8), true), entries["usr/lib/zig/zig"]);
        Assert.Equal((Digest.Of("its library"u8), false), entries["usr/lib/zig/lib/std.zig"]);
        Assert.True(entries["usr/bin/zig"].Executable);

        Assert.Equal(root.Root, (await Online().ComposeAsync(request, Freshness.Remembered, Cancel)).Root);
        Assert.Equal([$"/{Name}"], _server.Requests);
    }

    [Theory]
    [InlineData(Name)]
    [InlineData(null)]
    public async Task A_folder_that_has_it_by_name_or_by_digest_will_do_without_network(string? name)
    {
        await File.WriteAllBytesAsync(_mirror[name ?? Digest.Of(Archive).Hash.ToString()], Archive, Cancel);
        var request = await RequestAsync(Archive, _server["asked-nobody"]);
        var root = await RootsOf(new DownloadOptions { Offline = true, Mirror = SourceMirror.Parse(_mirror.Path) }).ComposeAsync(request, Freshness.Remembered, Cancel);
        Assert.Contains("usr/lib/zig/zig", (await EntriesAsync(root.Root)).Keys);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task The_archive_takes_part_in_the_key_of_the_root_and_a_toolchain_of_packages_changes_nothing()
    {
        var request = await RequestAsync(Archive, _server[Name]);
        var gcc = request with { Toolchain = request.Platform.Toolchain("gcc") };
        var llvm = request with { Toolchain = request.Platform.Toolchain("llvm") };
        var without = request with { Toolchain = null };
        Digest[] keys = [await KeyAsync(request), await KeyAsync(await RequestAsync([.. Archive, 0], _server[Name])), await KeyAsync(gcc)];
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(await KeyAsync(without), await KeyAsync(gcc));
        Assert.Equal(await KeyAsync(without), await KeyAsync(llvm));

        Task<Digest> KeyAsync(RootRequest of) => Online().KeyAsync(of, Cancel);
    }

    [Fact]
    public async Task When_it_cannot_be_had_every_place_is_listed_with_its_reason_and_the_way_out_is_named()
    {
        var (missing, other) = (_server["missing"], _server.Answer("other", new LoopbackAnswer { Body = [.. Archive.Reverse()] }));
        var request = await RequestAsync(Archive, missing, other);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Online().ComposeAsync(request, Freshness.Remembered, Cancel));

        Assert.Equal($"the archive that the toolchain `zig` is made of is missing: cannot download `{Name}`", error.Message);
        Assert.Equal(3, error.Details.Count);
        Assert.Equal($"sha256 {Digest.Of(Archive).Hash}", error.Details[0]);
        Assert.Equal($"{missing}: answered 404 NotFound", error.Details[1]);
        Assert.StartsWith($"{other}: sent other content (sha256 ", error.Details[2], StringComparison.Ordinal);
        Assert.Equal("give a directory or URL that has the file with `--source-mirror`, by its name or by its digest; or choose another toolchain: `--toolchain gcc` or `--toolchain llvm`", error.Hint);
        Assert.True(error.Unavailable);
    }

    [Fact]
    public async Task Offline_it_is_said_that_the_archive_of_the_toolchain_is_what_is_missing()
    {
        var request = await RequestAsync(Archive, _server[Name]);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RootsOf(new DownloadOptions { Offline = true }).ComposeAsync(request, Freshness.Remembered, Cancel));
        Assert.Equal($"the archive that the toolchain `zig` is made of is missing: `{Name}` is not in the store, and `--offline` forbids downloading it", error.Message);
        Assert.Contains(Digest.Of(Archive).Hash.ToString(), Assert.Single(error.Details), StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task What_is_no_archive_is_the_fault_of_the_index()
    {
        var text = "no archive at all"u8.ToArray();
        var request = await RequestAsync(text, _server.Answer(Name, new LoopbackAnswer { Body = text }));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Online().ComposeAsync(request, Freshness.Remembered, Cancel));
        Assert.StartsWith($"cannot unpack `{Name}`: ", error.Message, StringComparison.Ordinal);
        Assert.False(error.Unavailable);
    }

    [Fact]
    public async Task What_is_lost_of_it_is_had_again()
    {
        var request = await RequestAsync(Archive, _server.Answer(Name, new LoopbackAnswer { Body = Archive }));
        var root = (await Online().ComposeAsync(request, Freshness.Remembered, Cancel)).Root;
        _store.Store.Blobs.Drop(Digest.Of("the compiler"u8));
        _store.Store.Blobs.Drop(Digest.Of(Archive));

        Assert.Equal(root, (await Online().ComposeAsync(request, Freshness.MadeAgain, Cancel)).Root);
        Assert.True(await _store.Store.Blobs.ContainsAsync(Digest.Of("the compiler"u8), Cancel));
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task What_is_built_with_it_names_it_by_digest()
    {
        using var target = await SmallTarget.InstallingAsync(ImmutableDictionary<string, string>.Empty.Add("bin/postgres", "a program"), Cancel);
        await File.WriteAllBytesAsync(Path.Combine(target.Mirror, Name), Archive, Cancel);
        var plan = target.Plan with { Toolchain = (await RequestAsync(Archive, _server[Name])).Toolchain! };
        var built = await target.Builder.BuildAsync(plan, useCache: true, Cancel);
        Assert.Equal([new(Name, Digest.Of(Archive).Hash.ToString(), Archive.Length)], built.Manifest.ToolchainArchives!.Value);
        Assert.Null((await target.Builder.BuildAsync(target.Plan, useCache: true, Cancel)).Manifest.ToolchainArchives);
        Assert.NotEqual(await target.Builder.KeyAsync(target.Plan, Cancel), await target.Builder.KeyAsync(plan, Cancel));
    }

    [Fact]
    public async Task A_matrix_goes_on_without_it_and_says_why()
    {
        using var target = await SmallTarget.InstallingAsync(ImmutableDictionary<string, string>.Empty.Add("bin/postgres", "a program"), Cancel);
        var plan = target.Plan with { Toolchain = (await RequestAsync(Archive, _server[Name])).Toolchain! };
        var runner = new MatrixRunner(target.Blobs, target.Builder, tests: null, (_, _) => { }, builds: 1, parallelism: 1, new FakeTime());
        var (table, _) = await runner.RunAsync([plan, target.Plan], MatrixTable.Empty, _ => Task.CompletedTask, Cancel);

        Assert.Equal(MatrixStatus.Built, table.Find(plan.Target.ToString(), "debian12-amd64", "gcc")!.Status);
        var row = table.Find(plan.Target.ToString(), "debian12-amd64", "zig")!;
        Assert.Equal(MatrixStatus.NotRun, row.Status);
        Assert.StartsWith("the archive that the toolchain `zig` is made of is missing: ", row.Reason, StringComparison.Ordinal);
    }

    private Roots Online() => RootsOf(new DownloadOptions());

    private Roots RootsOf(DownloadOptions options)
    {
        var downloader = new Downloader(_store.Store, _network, options, _store.Time);
        _downloaders.Add(downloader);
        return new Roots(RepositoryFiles.Index, _store.Store.Blobs, _store.Store.Actions, _store.Store.Locks, downloader, DebianMirrors.Of(new MirrorSettings()), new RecordingObserver(), _store.Time);
    }

    /// <summary>A root of the real toolchain, without packages, and with another archive in the place of its own.</summary>
    private static async Task<RootRequest> RequestAsync(byte[] archive, params Uri[] places)
    {
        var platform = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
        var toolchain = platform.Toolchain("zig");
        var small = Assert.Single(toolchain.Archives) with
        {
            Name = Name,
            Sha256 = Digest.Of(archive).Hash,
            Size = archive.Length,
            Addresses = [.. places],
            StripPrefix = RelativePath.Parse("zig-1"),
        };
        return new RootRequest(platform, new PackageNames([], []), RootKind.Build, toolchain with { Archives = [small] });
    }

    private async Task<Dictionary<string, (Digest Content, bool Executable)>> EntriesAsync(Digest root)
    {
        var files = new Dictionary<string, (Digest, bool)>(StringComparer.Ordinal);
        await foreach (var entry in TreeWalk.EntriesAsync(_store.Store.Blobs, root, Cancel))
        {
            if (entry is TreeEntry.File file)
                files.Add(file.Path.Value, (file.Content, file.Executable));
        }

        return files;
    }
}
