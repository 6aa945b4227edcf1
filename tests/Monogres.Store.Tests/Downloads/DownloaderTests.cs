using Monogres.Core;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Downloads;

public sealed class DownloaderTests : IAsyncDisposable
{
    private static readonly byte[] Content = Bytes(300_000, seed: 1);
    private static readonly LoopbackAnswer Good = new() { Body = Content, HasRanges = true };

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTime _time = new() { SkipsWaitsBelow = TimeSpan.FromSeconds(30) };
    private readonly LocalStore _store;
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };

    public DownloaderTests() => _store = LocalStore.Open(_directory["store"], _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string PartPath => $"{_store.DownloadsDirectory}/{Sha256Hash.Of(Content)}.part";

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        await _server.DisposeAsync();
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_file_comes_into_the_store_by_digest()
    {
        var progress = new Reports();
        Assert.Equal(Digest.Of(Content), await DownloadAsync(Request(_server.Answer("file", Good)), progress));
        await AssertStoredAsync();
        Assert.Equal(new DownloadProgress("file.tar", Content.Length, Content.Length, _server["file"].ToString(), Done: true), progress.All[^1]);
        Assert.Contains("User-Agent: monogres/0.1.0", _server.LastHeaders);
        Assert.Empty(Directory.EnumerateFiles(_store.DownloadsDirectory));
    }

    [Fact]
    public async Task What_is_in_the_store_is_not_downloaded()
    {
        await _store.Blobs.PutAsync(Content, Cancel);
        await DownloadAsync(Request(_server.Answer("file", Good)) with { Size = null });
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_file_of_unknown_size_is_downloaded()
    {
        await DownloadAsync(Request(_server.Answer("file", Good with { SaysLength = false })) with { Size = null });
        await AssertStoredAsync();
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "missing", "answered 404" },
        { "forbidden", "answered 403" },
        { "other", "sent other content (sha256 " },
        { "longer", "is longer than the expected 300000 bytes" },
        { "truncated", "the connection ended before the body did" },
        { "short", "ended after 1000 of 300000 bytes" },
        { "broken", "answered 500" },
        { "refused", "no connection: Connection refused" },
        { "nohost", "its name is not known" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task After_a_place_that_fails_the_next_is_tried(string path, string reason)
    {
        var bad = Bad(path);
        await DownloadAsync(Request(bad, _server.Answer("file", Good)));
        await AssertStoredAsync();

        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => FreshAsync(Request(bad)));
        Assert.Contains(thrown.Details, line => line.StartsWith($"{bad}: {reason}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_final_error_lists_every_place_with_its_reason()
    {
        var places = Failures.Select(failure => Bad(failure.Data.Item1)).ToArray();
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => DownloadAsync(Request(places)));
        Assert.Equal("cannot download `file.tar`", thrown.Message);
        Assert.Contains("--source-mirror", thrown.Hint, StringComparison.Ordinal);
        Assert.Equal($"sha256 {Sha256Hash.Of(Content)}", thrown.Details[0]);
        Assert.Equal(places.Length, thrown.Details.Count - 1);
        foreach (var (place, failure) in places.Zip(Failures))
            Assert.Contains(thrown.Details, line => line.StartsWith($"{place}: {failure.Data.Item2}", StringComparison.Ordinal));
        Assert.False(await _store.Blobs.ContainsAsync(Digest.Of(Content), Cancel));
    }

    [Fact]
    public async Task A_server_error_that_passes_is_waited_for()
    {
        await DownloadAsync(Request(_server.Answer("file", LoopbackAnswer.Error(500), LoopbackAnswer.Error(503, "Retry-After: 7"), Good)));
        await AssertStoredAsync();
        Assert.Equal(3, _server.Requests.Count);
        Assert.Equal([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(7)], _time.Waits.Where(wait => wait < TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_server_that_asks_for_a_long_wait_is_left()
    {
        await DownloadAsync(Request(_server.Answer("busy", LoopbackAnswer.Error(429, "Retry-After: 3600")), _server.Answer("file", Good)));
        Assert.Equal(["/busy", "/file"], _server.Requests);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_continued_where_it_broke()
    {
        await DownloadAsync(Request(_server.Answer("file", Good with { CutAfter = 100_000 }, Good)));
        await AssertStoredAsync();
        Assert.Equal(["/file", "/file from 100000"], _server.Requests);
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_from_the_start()
    {
        await DownloadAsync(Request(_server.Answer("file", Good with { CutAfter = 100_000 }, Good with { HasRanges = false })));
        await AssertStoredAsync();
    }

    [Fact]
    public async Task What_an_earlier_run_has_left_is_continued()
    {
        File.WriteAllBytes(PartPath, Content[..120_000]);
        await DownloadAsync(Request(_server.Answer("file", Good)));
        await AssertStoredAsync();
        Assert.Equal(["/file from 120000"], _server.Requests);
    }

    [Fact]
    public async Task A_whole_file_that_an_earlier_run_has_left_needs_no_network()
    {
        File.WriteAllBytes(PartPath, Content);
        await DownloadAsync(Request(_server.Answer("file", Good)));
        await AssertStoredAsync();
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData(120_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task Wrong_leftovers_are_found_out(int length)
    {
        File.WriteAllBytes(PartPath, Bytes(length, seed: 2));
        await DownloadAsync(Request(_server.Answer("file", Good)));
        await AssertStoredAsync();
    }

    [Fact]
    public async Task An_interrupted_download_keeps_what_has_come()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var downloader = New(new DownloadOptions());
        var running = downloader.DownloadAsync(Request(_server.Answer("file", Good with { SilentAfter = 100_000 }, Good)), new OnBytes(100_000, interrupt.Cancel), interrupt.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(Content[..100_000], File.ReadAllBytes(PartPath));

        await DownloadAsync(Request(_server["file"]));
        await AssertStoredAsync();
        Assert.Equal(["/file", "/file from 100000"], _server.Requests);
    }

    [Fact]
    public async Task A_place_that_goes_silent_is_given_up()
    {
        using var downloader = New(new DownloadOptions { Tries = 1 });
        var running = downloader.DownloadAsync(Request(_server.Answer("slow", Good with { SilentAfter = 1000 })), progress: null, Cancel);
        await _server.WentSilent;
        _time.Advance(TimeSpan.FromSeconds(31));
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => running);
        Assert.Contains($"{_server["slow"]}: sent nothing for 30 seconds", thrown.Details);

        thrown = await Assert.ThrowsAsync<UserErrorException>(() => downloader.DownloadAsync(Request(_server["slow"]), progress: null, Cancel));
        Assert.Contains($"{_server["slow"]}: not asked again: sent nothing for 30 seconds", thrown.Details);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_asked_once()
    {
        var nowhere = LoopbackServer.Nowhere("file");
        using var downloader = New(new DownloadOptions());
        await downloader.DownloadAsync(Request(nowhere, _server.Answer("file", Good)), progress: null, Cancel);
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => downloader.DownloadAsync(Request(nowhere) with { Hash = Sha256Hash.Of("other"u8) }, progress: null, Cancel));
        Assert.Contains(thrown.Details, line => line.StartsWith($"{nowhere}: not asked again: no connection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_are_in_no_message()
    {
        var place = new UriBuilder(_server["missing"]) { UserName = "user", Password = "secret" }.Uri;
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => DownloadAsync(Request(place)));
        Assert.Contains(thrown.Details, line => line.Contains("/missing", StringComparison.Ordinal));
        Assert.DoesNotContain(thrown.Details, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("file.tar")]
    [InlineData("upstream-1.0.tar")]
    [InlineData("{hash}")]
    [InlineData("{hash}/anything")]
    [InlineData("by-sha256/{ab}/{hash}")]
    public async Task A_mirror_directory_is_looked_at_first(string path)
    {
        var hash = Sha256Hash.Of(Content).ToString();
        var file = _directory["a mirror#1/" + path.Replace("{hash}", hash, StringComparison.Ordinal).Replace("{ab}", hash[..2], StringComparison.Ordinal)];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, Content);
        using var downloader = New(new DownloadOptions { Mirror = SourceMirror.Parse(_directory["a mirror#1"]), Offline = true });
        await downloader.DownloadAsync(Request(_server["upstream-1.0.tar"]), progress: null, Cancel);
        await AssertStoredAsync();
        Assert.Empty(_server.Requests);
        Assert.Equal(Content, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_mirror_with_a_file_of_that_name_and_other_content_is_passed_over()
    {
        Directory.CreateDirectory(_directory["mirror"]);
        File.WriteAllText(_directory["mirror/file.tar"], "other");
        using var downloader = New(new DownloadOptions { Mirror = SourceMirror.Parse(_directory["mirror"]) });
        await downloader.DownloadAsync(Request(_server.Answer("file", Good)), progress: null, Cancel);
        await AssertStoredAsync();
    }

    [Theory]
    [InlineData("upstream-1.0.tar")]
    [InlineData("by-sha256/{ab}/{hash}")]
    public async Task A_mirror_on_the_network_is_looked_at_first(string path)
    {
        var hash = Sha256Hash.Of(Content).ToString();
        _server.Answer("mirror/" + path.Replace("{hash}", hash, StringComparison.Ordinal).Replace("{ab}", hash[..2], StringComparison.Ordinal), Good);
        using var downloader = New(new DownloadOptions { Mirror = SourceMirror.Parse(_server["mirror"].ToString()) });
        await downloader.DownloadAsync(Request(_server.Answer("upstream-1.0.tar", Good)), progress: null, Cancel);
        await AssertStoredAsync();
        Assert.Every(_server.Requests, request => Assert.StartsWith("/mirror/", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("relative/directory")]
    [InlineData("ftp://host/directory")]
    [InlineData("/does/not/exist/anywhere")]
    public void What_cannot_be_a_mirror_is_refused(string text) => Assert.Throws<UserErrorException>(() => SourceMirror.Parse(text));

    [Fact]
    public async Task Offline_says_everything_that_is_missing()
    {
        await _store.Blobs.PutAsync(Content, Cancel);
        using var downloader = New(new DownloadOptions { Offline = true });
        var missing = new[] { "one", "two" }.Select(name => Request(_server[name]) with { Name = name, Hash = Sha256Hash.Of(System.Text.Encoding.ASCII.GetBytes(name)), Size = null });
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => downloader.DownloadAllAsync([Request(_server["file"]), .. missing], progress: null, Cancel));
        Assert.Equal("2 files are not in the store, and `--offline` forbids downloading them", thrown.Message);
        Assert.Equal([$"one (sha256 {Sha256Hash.Of("one"u8)})", $"two (sha256 {Sha256Hash.Of("two"u8)})"], thrown.Details);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_file_place_works()
    {
        File.WriteAllBytes(_directory["here.tar"], Content);
        await DownloadAsync(Request(new Uri("file://" + _directory["gone.tar"]), new Uri("file://" + _directory["here.tar"])));
        await AssertStoredAsync();
    }

    [Fact]
    public async Task Many_files_come_at_once_and_one_that_fails_stops_no_other()
    {
        var contents = Enumerable.Range(0, 12).Select(i => Bytes(10_000 + i, seed: i)).ToArray();
        var requests = contents.Select((content, i) => Request(_server.Answer($"f{i}", new LoopbackAnswer { Body = content })) with { Name = $"f{i}", Hash = Sha256Hash.Of(content), Size = content.Length }).ToList();
        using var downloader = New(new DownloadOptions());
        Assert.Equal(contents.Select(content => Digest.Of(content)), await downloader.DownloadAllAsync(requests, progress: null, Cancel));

        var late = Bytes(5_000, seed: 99);
        var failing = Enumerable.Range(0, 2).Select(i => Request(_server["nowhere"]) with { Name = $"bad{i}" });
        var thrown = await Assert.ThrowsAsync<UserErrorException>(() => downloader.DownloadAllAsync(
            [.. failing, Request(_server.Answer("late", new LoopbackAnswer { Body = late })) with { Hash = Sha256Hash.Of(late), Size = late.Length }], progress: null, Cancel));
        Assert.Equal("cannot download 2 of 3 files", thrown.Message);
        Assert.True(await _store.Blobs.ContainsAsync(Digest.Of(late), Cancel));
    }

    [Fact]
    public async Task Two_that_want_the_same_file_download_it_once()
    {
        var place = _server.Answer("file", Good);
        using var downloader = New(new DownloadOptions());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => downloader.DownloadAsync(Request(place), progress: null, Cancel)));
        Assert.Equal(["/file"], _server.Requests);
    }

    private Uri Bad(string path) => path switch
    {
        "missing" => _server["missing"],
        "forbidden" => _server.Answer(path, LoopbackAnswer.Error(403)),
        "other" => _server.Answer(path, new LoopbackAnswer { Body = Bytes(Content.Length, seed: 3) }),
        "longer" => _server.Answer(path, new LoopbackAnswer { Body = [.. Content, 1] }),
        "truncated" => _server.Answer(path, new LoopbackAnswer { Body = Content, CutAfter = 1000 }),
        "short" => _server.Answer(path, new LoopbackAnswer { Body = Content[..1000], SaysLength = false }),
        "broken" => _server.Answer(path, LoopbackAnswer.Error(500)),
        "refused" => LoopbackServer.Nowhere(path),
        _ => new Uri("http://no-such-host.invalid/file"),
    };

    private async Task FreshAsync(DownloadRequest request)
    {
        _store.Blobs.Drop(Digest.Of(Content));
        await DownloadAsync(request);
    }

    private async Task<Digest> DownloadAsync(DownloadRequest request, IProgress<DownloadProgress>? progress = null)
    {
        using var downloader = New(new DownloadOptions());
        return await downloader.DownloadAsync(request, progress, Cancel);
    }

    private Downloader New(DownloadOptions options) => new(_store, _network, options, _time);

    private static DownloadRequest Request(params Uri[] places) =>
        new() { Name = "file.tar", Hash = Sha256Hash.Of(Content), Size = Content.Length, Places = [.. places] };

    private async Task AssertStoredAsync() => Assert.Equal(Content, await _store.Blobs.ReadAllAsync(Digest.Of(Content), Cancel));

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Reports : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> All { get; } = [];

        public void Report(DownloadProgress value) => All.Add(value);
    }

    private sealed class OnBytes(long bytes, Action then) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Bytes >= bytes)
                then();
        }
    }
}
