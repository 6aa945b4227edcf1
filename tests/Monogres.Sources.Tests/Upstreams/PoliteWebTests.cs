using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Sources.Upstreams;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Upstreams;

public sealed class PoliteWebTests : IAsyncDisposable
{
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly FakeTime _time = new() { SkipsWaitsBelow = TimeSpan.FromMinutes(1) };
    private readonly MemoryBlobStore _blobs = new();
    private WebMemory _memory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again_in_the_next_run()
    {
        var place = _server.Answer("list", new LoopbackAnswer { Body = "one"u8.ToArray(), Headers = ["ETag: \"a\"", "Last-Modified: Wed, 01 Jan 2025 00:00:00 GMT"] }, LoopbackAnswer.Error(304));
        Assert.Equal(("one", true), await GetAsync(place));
        NextRun();
        Assert.Equal(("one", false), await GetAsync(place));
        Assert.Contains("If-None-Match: \"a\"", _server.LastHeaders);
        Assert.Contains("If-Modified-Since: Wed, 01 Jan 2025 00:00:00 GMT", _server.LastHeaders);
    }

    [Fact]
    public async Task An_answer_whose_bytes_are_lost_is_asked_for_anew()
    {
        var place = _server.Answer("list", new LoopbackAnswer { Body = "one"u8.ToArray(), Headers = ["ETag: \"a\""] });
        await GetAsync(place);
        _blobs.Drop(Digest.Of("one"u8));
        Assert.Equal(("one", true), await GetAsync(place));
        Assert.DoesNotContain(_server.LastHeaders, line => line.StartsWith("If-None-Match", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_without_validators_is_not_kept()
    {
        await GetAsync(_server.Answer("list", new LoopbackAnswer { Body = "one"u8.ToArray() }));
        Assert.DoesNotContain(Digest.Of("one"u8), _blobs.Digests);
    }

    [Fact]
    public async Task A_host_that_asks_for_a_short_wait_gets_it()
    {
        Assert.Equal(("one", true), await GetAsync(_server.Answer("list", LoopbackAnswer.Error(429, "Retry-After: 7"), LoopbackAnswer.Error(503, "Retry-After: Wed, 01 Jan 2025 00:00:30 GMT"), new LoopbackAnswer { Body = "one"u8.ToArray() })));
        Assert.Contains(TimeSpan.FromSeconds(7), _time.Waits);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_host_that_asks_for_a_long_wait_is_left_alone_in_the_next_run_too()
    {
        var place = _server.Answer("list", LoopbackAnswer.Error(429, "Retry-After: 7200"));
        Assert.Contains("asks not to be asked before 2025-01-01 02:00 UTC", (await RefusedAsync(place)).Message, StringComparison.Ordinal);
        NextRun();
        await RefusedAsync(_server["other"]);
        Assert.Equal(["/list"], _server.Requests);

        _time.Advance(TimeSpan.FromHours(3));
        Assert.Contains("answered 404", (await RefusedAsync(_server["other"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Between_two_questions_to_a_host_is_a_pause()
    {
        using var web = Web(new WebManners { Pause = TimeSpan.FromSeconds(10) });
        var place = _server.Answer("list", new LoopbackAnswer { Body = "one"u8.ToArray() });
        await web.GetAsync(new WebQuestion(place), Cancel);
        Assert.DoesNotContain(_time.Waits, wait => wait == TimeSpan.FromSeconds(10));
        await web.GetAsync(new WebQuestion(place), Cancel);
        Assert.Contains(_time.Waits, wait => wait > TimeSpan.Zero && wait <= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_host_that_is_silent_is_given_up()
    {
        var time = new FakeTime();
        using var web = new PoliteWeb(_network, _memory, _blobs, new WebManners(), time);
        var asked = web.GetAsync(new WebQuestion(_server.Answer("slow", new LoopbackAnswer { Body = "one"u8.ToArray(), SilentAfter = 1 })), Cancel);
        await _server.WentSilent;
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("did not answer within 60 seconds", (await Assert.ThrowsAsync<UserErrorException>(() => asked)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_not_there_or_sends_too_much_is_said()
    {
        Assert.True((await RefusedAsync(LoopbackServer.Nowhere("x"))).Unavailable);
        Assert.Contains("has more than 8 bytes", (await Assert.ThrowsAsync<UserErrorException>(() =>
            Web(new WebManners { LargestAnswer = 8 }).GetAsync(new WebQuestion(_server.Answer("long", new LoopbackAnswer { Body = new byte[9] })), Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_users_mirror_answers_first_by_host_and_path()
    {
        _server.Answer("example.org/a/b?c=d", new LoopbackAnswer { Body = "mirrored"u8.ToArray() });
        using var web = Web(new WebManners { Mirror = Store.Downloads.SourceMirror.Parse(_server[""].AbsoluteUri), Pause = TimeSpan.Zero });
        var answer = await web.GetAsync(new WebQuestion(new Uri("https://example.org/a/b?c=d")), Cancel);
        Assert.Equal(("mirrored", true), (Encoding.ASCII.GetString(answer.Content), answer.IsFromMirror));

        // What it does not have is asked for where it is.
        Assert.Equal("here", Encoding.ASCII.GetString((await web.GetAsync(new WebQuestion(_server.Answer("here", new LoopbackAnswer { Body = "here"u8.ToArray() })), Cancel)).Content));
    }

    private PoliteWeb Web(WebManners manners) => new(_network, _memory, _blobs, manners, _time);

    private async Task<(string Text, bool IsNew)> GetAsync(Uri place)
    {
        using var web = Web(new WebManners { Pause = TimeSpan.Zero });
        var answer = await web.GetAsync(new WebQuestion(place), Cancel);
        return (Encoding.ASCII.GetString(answer.Content), answer.IsNew);
    }

    private Task<UserErrorException> RefusedAsync(Uri place) => Assert.ThrowsAsync<UserErrorException>(() => GetAsync(place));

    // What one run has remembered, the next one reads from a file.
    private void NextRun()
    {
        _memory = WebMemory.Parse((JsonObject)JsonNode.Parse(_memory.ToJson(_time.GetUtcNow()).ToJsonString())!);
    }
}
