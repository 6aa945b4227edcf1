using System.Text;
using Monogres.Core;
using Monogres.Sources.Upstreams;
using Monogres.Store.Downloads;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Upstreams;

/// <summary>A PGXN mirror and postgresql.org's list on the loopback interface: a mirror of the user stands for every host.</summary>
public sealed class PublishedReleasesTests : IAsyncDisposable
{
    private readonly LoopbackServer _server = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly PoliteWeb _web;

    public PublishedReleasesTests() => _web = new PoliteWeb(
        _network, new WebMemory(), new MemoryBlobStore(), new WebManners { Network = false, Mirror = SourceMirror.Parse(_directory.Path) }, new FakeTime());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PublishedReleases Published => new(_web);

    public async ValueTask DisposeAsync()
    {
        _web.Dispose();
        _network.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Stable_versions_on_PGXN_are_listed_with_the_newest_first()
    {
        Serve("api.pgxn.org/dist/semver.json", """{ "name": "semver", "releases": { "stable": [ { "version": "0.9.0", "date": "x" }, { "version": "0.32.1" } ], "testing": [ { "version": "1.0.0" } ] } }""");
        Assert.Equal(["0.32.1", "0.9.0"], await Published.OfPgxnAsync("semver", Cancel));
    }

    [Fact]
    public async Task What_PGXN_does_not_have_has_no_versions()
    {
        using var web = new PoliteWeb(new Redirected(_server), new WebMemory(), new MemoryBlobStore(), new WebManners { Pause = TimeSpan.Zero }, new FakeTime { SkipsWaitsBelow = TimeSpan.FromSeconds(30) });
        Assert.Empty(await new PublishedReleases(web).OfPgxnAsync("nothing", Cancel));
    }

    [Theory]
    [InlineData("<html>moved</html>")]
    [InlineData("[]")]
    [InlineData("""{ "name": "semver" }""")]
    [InlineData("""{ "releases": { "stable": [ { "version": "../../x" } ] } }""")]
    [InlineData("""{ "releases": { "stable": [ { "date": "x" } ] } }""")]
    [InlineData("""{ "releases": { "stable": [ { "version": 7 } ] } }""")]
    public async Task What_is_no_answer_of_PGXN_is_refused(string answer)
    {
        Serve("api.pgxn.org/dist/semver.json", answer);
        Assert.Contains("is not as it should be", (await Assert.ThrowsAsync<UserErrorException>(() => Published.OfPgxnAsync("semver", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_releases_of_PostgreSQL_are_listed_with_their_digests()
    {
        Serve("ftp.postgresql.org/pub/source/v17.12/postgresql-17.12.tar.bz2.sha256", $"{Sha256Hash.Of("x"u8)}  postgresql-17.12.tar.bz2\n");
        Assert.Equal(Sha256Hash.Of("x"u8), await Published.DigestOfPostgresAsync(PgVersion.Parse("17.12"), Cancel));
        Serve("ftp.postgresql.org/pub/source/v17.13/postgresql-17.13.tar.bz2.sha256", "not found");
        Assert.Contains("it is no SHA-256", (await Assert.ThrowsAsync<UserErrorException>(() => Published.DigestOfPostgresAsync(PgVersion.Parse("17.13"), Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_folders_is_read_and_one_without_releases_refused()
    {
        using var web = new PoliteWeb(new Redirected(_server), new WebMemory(), new MemoryBlobStore(), new WebManners { Pause = TimeSpan.Zero }, new FakeTime { SkipsWaitsBelow = TimeSpan.FromSeconds(30) });
        _server.Answer("pub/source/", new LoopbackAnswer { Body = Encoding.ASCII.GetBytes("<a href=\"../\">..</a><a href=\"v9.6.24/\">v9.6.24/</a><A HREF=\"v17.2/\">v17.2</A><a href='x'>x</a><a href=\"v19beta1/\">v19beta1/</a>") }, new LoopbackAnswer());
        Assert.Equal(["17.2", "19beta1"], (await new PublishedReleases(web).OfPostgresAsync(Cancel)).Select(version => version.ToString()));
        Assert.Contains("it lists no releases", (await Assert.ThrowsAsync<UserErrorException>(() => new PublishedReleases(web).OfPostgresAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    private void Serve(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[path])!);
        File.WriteAllText(_directory[path], text);
    }

    /// <summary>Sends every request to the server of the test, whatever its host.</summary>
    private sealed class Redirected(LoopbackServer server) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = server[request.RequestUri!.PathAndQuery[1..]];
            return base.SendAsync(request, cancellationToken);
        }
    }
}
