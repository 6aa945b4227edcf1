using System.Text;
using Monogres.Core;
using Monogres.Sources.Upstreams;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Upstreams;

public sealed class GitTagsTests : IAsyncDisposable
{
    private static readonly string One = new('1', 40), Two = new('2', 40), Three = new('3', 40);

    private static readonly byte[] Offer = PktLines.Write(
        PktLines.Text("# service=git-upload-pack"), PktLines.Flush, PktLines.Text("version 2"), PktLines.Text("agent=git/2.39"), PktLines.Text("ls-refs=unborn"), PktLines.Text("object-format=sha1"), PktLines.Flush);

    private static readonly byte[] Answer = PktLines.Write(
        PktLines.Text($"{Two} refs/tags/v1.1 peeled:{Three}"), PktLines.Text($"{One} refs/tags/v1.0"), PktLines.Flush);

    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly FakeTime _time = new() { SkipsWaitsBelow = TimeSpan.FromSeconds(30) };
    private readonly PoliteWeb _web;

    public GitTagsTests() => _web = new PoliteWeb(_network, new WebMemory(), new MemoryBlobStore(), new WebManners { Pause = TimeSpan.Zero }, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _web.Dispose();
        _network.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Tags_are_listed_with_the_commits_that_they_stand_for()
    {
        Serve("plain.git", Offer, Answer);
        var list = await ListAsync("plain.git");
        Assert.Equal([new GitTag("v1.0", One), new GitTag("v1.1", Three)], list.Tags);
        Assert.Equal(["/plain.git/info/refs?service=git-upload-pack", "/plain.git/git-upload-pack"], _server.Requests);
        Assert.Contains("Git-Protocol: version=2", _server.LastHeaders);
        Assert.Contains("Content-Type: application/x-git-upload-pack-request", _server.LastHeaders);
        Assert.Equal("0014command=ls-refs\n00010009peel\n001aref-prefix refs/tags/\n0000", Encoding.ASCII.GetString(_server.LastBody));
    }

    [Fact]
    public async Task A_repository_that_has_moved_is_asked_where_it_is_now()
    {
        Serve("new.git", Offer, Answer);
        _server.Answer("old.git/info/refs?service=git-upload-pack", LoopbackAnswer.Error(301, $"Location: {_server["new.git/info/refs?service=git-upload-pack"]}"));
        var list = await ListAsync("old.git");
        Assert.Equal(_server["new.git"], list.Repository);
        Assert.Equal(2, list.Tags.Length);
    }

    [Fact]
    public async Task A_repository_without_tags_has_none()
    {
        Serve("empty.git", Offer, PktLines.Write(PktLines.Flush));
        Assert.Empty((await ListAsync("empty.git")).Tags);
    }

    [Theory]
    [InlineData("<html>Please log in</html>", "", "byte 0 does not begin a line")]
    [InlineData("000eversion 1\n0000", "", "it does not speak version 2")]
    [InlineData("000eversion 2\n0000", "", "it does not list references")]
    [InlineData("000eversion 2\n000cls-refs\n0019object-format=sha256\n0000", "", "its ids are of another kind")]
    [InlineData("000eversion 2\n000cls-refs\n0000", "0013ERR not allowed0000", "it says: not allowed")]
    [InlineData("000eversion 2\n000cls-refs\n0000", "0009none\n0000", "`none` is no reference")]
    [InlineData("000eversion 2\n000cls-refs\n0000", "", "its answer has no end")]
    [InlineData("000eversion 2\n000cls-refs\n0000", "00321111", "the line at byte 0 has 50 bytes, and 8 came")]
    public async Task What_is_no_answer_of_git_is_refused(string offer, string answer, string why)
    {
        Serve("bad.git", Encoding.ASCII.GetBytes(offer), Encoding.ASCII.GetBytes(answer));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ListAsync("bad.git"));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.True(error.Unavailable);
    }

    [Fact]
    public async Task The_users_mirror_may_have_a_clone()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["example.org/plain.git/objects"]);
        Directory.CreateDirectory(directory["example.org/plain.git/refs/tags/PG15"]);
        await File.WriteAllTextAsync(directory["example.org/plain.git/HEAD"], "ref: refs/heads/main\n", Cancel);
        await File.WriteAllTextAsync(directory["example.org/plain.git/packed-refs"], $"# pack-refs with: peeled\n{One} refs/heads/main\n", Cancel);
        using var web = new PoliteWeb(_network, new WebMemory(), new MemoryBlobStore(), new WebManners { Network = false, Mirror = Store.Downloads.SourceMirror.Parse(directory.Path) }, _time);
        Assert.Empty((await new GitTags(web).ListAsync(new Uri("https://example.org/plain.git"), Cancel)).Tags);
        Assert.Contains("because of `--offline`", (await Assert.ThrowsAsync<UserErrorException>(() => new GitTags(web).ListAsync(new Uri("https://example.org/other.git"), Cancel))).Message, StringComparison.Ordinal);
    }

    private void Serve(string repository, byte[] offer, byte[] answer)
    {
        _server.Answer($"{repository}/info/refs?service=git-upload-pack", new LoopbackAnswer { Body = offer });
        _server.Answer($"{repository}/git-upload-pack", new LoopbackAnswer { Body = answer });
    }

    private Task<GitTagList> ListAsync(string repository) => new GitTags(_web).ListAsync(_server[repository], Cancel);
}
