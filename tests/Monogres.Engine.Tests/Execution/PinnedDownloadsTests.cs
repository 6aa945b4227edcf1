using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Platforms.Mirrors;
using Monogres.Store.Downloads;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Engine.Tests.Execution;

public sealed class PinnedDownloadsTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _mirror = new();
    private readonly TemporaryStore _store = new();
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly RecordingObserver _observer = new();
    private readonly Downloader _downloader;
    private readonly PinnedDownloads _files;

    public PinnedDownloadsTests()
    {
        _downloader = new Downloader(_store.Store, _network, new DownloadOptions { Tries = 1, Mirror = SourceMirror.Parse(_mirror.Path) }, _store.Time);
        _files = new PinnedDownloads(_downloader, DebianMirrors.Of(new MirrorSettings { Flag = $"{_server["debian"]}" }), _observer);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _downloader.Dispose();
        _network.Dispose();
        await _server.DisposeAsync();
        _store.Dispose();
        _mirror.Dispose();
    }

    [Fact]
    public async Task A_file_comes_from_its_address_and_one_of_a_pool_from_the_mirror_that_is_set()
    {
        _server.Answer("one.tar.gz", new LoopbackAnswer { Body = "one"u8.ToArray() });
        _server.Answer("debian/pool/main/t/two.deb", new LoopbackAnswer { Body = "two!"u8.ToArray() });
        PinnedFile[] files =
        [
            File("two.deb", "two!"u8, new Place.Pool("debian", RelativePath.Parse("pool/main/t/two.deb"))),
            File("one.tar.gz", "one"u8, new Place.Web(_server["one.tar.gz"])),
        ];
        Assert.Equal([Digest.Of("two!"u8), Digest.Of("one"u8)], await _files.FetchAsync(files, Cancel));
        Assert.Equal(["/debian/pool/main/t/two.deb", "/one.tar.gz"], _server.Requests.Order(StringComparer.Ordinal));
        Assert.Equal(new EngineEvent.DownloadsPlanned(2, 7), _observer.Events[0]);
        Assert.Equal(["one.tar.gz", "two.deb"], _observer.Events.OfType<EngineEvent.Downloaded>().Select(done => done.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_in_the_store_is_neither_announced_nor_downloaded()
    {
        await _store.Store.Blobs.PutAsync("one"u8.ToArray(), Cancel);
        Assert.Equal([Digest.Of("one"u8)], await _files.FetchAsync([File("one.tar.gz", "one"u8, new Place.Web(_server["one.tar.gz"]))], Cancel));
        Assert.Empty(_server.Requests);
        Assert.Empty(_observer.Events);
    }

    [Fact]
    public async Task A_file_in_the_directory_that_the_user_gave_is_provided()
    {
        await System.IO.File.WriteAllTextAsync(_mirror["one.tar.gz"], "one", Cancel);
        Assert.True(_files.IsProvided(File("one.tar.gz", "one"u8)));
        Assert.False(_files.IsProvided(File("two.tar.gz", "two"u8)));
        Assert.Equal([Digest.Of("one"u8)], await _files.FetchAsync([File("one.tar.gz", "one"u8)], Cancel));
    }

    private static PinnedFile File(string name, ReadOnlySpan<byte> content, params Place[] places) =>
        new() { Name = name, Sha256 = Sha256Hash.Of(content), Size = content.Length, Places = [.. places] };
}
