using Monogres.Core;
using Monogres.Store.Downloads;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Downloads;

/// <summary>Files of which only the place is known.</summary>
public sealed class FirstUseTests : IAsyncDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7 % 253))];

    private readonly TemporaryStore _store = new();
    private readonly TemporaryDirectory _mirror = new();
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        await _server.DisposeAsync();
        _mirror.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task What_comes_is_in_the_store_and_its_digest_is_the_answer()
    {
        Assert.Equal(Digest.Of(Content), await DownloadAsync(new LoopbackAnswer { Body = Content }));
        Assert.True(await _store.Store.Blobs.ContainsAsync(Digest.Of(Content), Cancel));
        Assert.Empty(_store.Files("downloads"));
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_begun_again_because_nobody_could_check_the_seam()
    {
        var place = _server.Answer("file", new LoopbackAnswer { Body = Content, CutAfter = 1000, HasRanges = true }, new LoopbackAnswer { Body = Content, HasRanges = true });
        using var downloader = New(new DownloadOptions { RetryDelay = TimeSpan.Zero });
        Assert.Equal(Digest.Of(Content), await downloader.DownloadOnFirstUseAsync("file.tar.gz", place, progress: null, Cancel));
        Assert.Equal(["/file", "/file"], _server.Requests);
    }

    [Fact]
    public async Task A_place_that_has_nothing_is_named_with_its_reason()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => DownloadAsync(LoopbackAnswer.Error(404)));
        Assert.Equal("cannot download `file.tar.gz`", error.Message);
        Assert.Contains("answered 404", Assert.Single(error.Details), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_only_the_folder_of_the_user_is_looked_at()
    {
        var place = _server.Answer("file", new LoopbackAnswer { Body = Content });
        using var downloader = New(new DownloadOptions { Offline = true, Mirror = SourceMirror.Parse(_mirror.Path) });
        Assert.Equal("`file.tar.gz` was never downloaded here, and `--offline` forbids downloading it",
            (await Assert.ThrowsAsync<UserErrorException>(() => downloader.DownloadOnFirstUseAsync("file.tar.gz", place, progress: null, Cancel))).Message);

        await File.WriteAllBytesAsync(_mirror["file.tar.gz"], Content, Cancel);
        Assert.Equal(Digest.Of(Content), await downloader.DownloadOnFirstUseAsync("file.tar.gz", place, progress: null, Cancel));
        Assert.Empty(_server.Requests);
    }

    private async Task<Digest> DownloadAsync(LoopbackAnswer answer)
    {
        using var downloader = New(new DownloadOptions());
        return await downloader.DownloadOnFirstUseAsync("file.tar.gz", _server.Answer("file", answer), progress: null, Cancel);
    }

    private Downloader New(DownloadOptions options) => new(_store.Store, _network, options, _store.Time);
}
