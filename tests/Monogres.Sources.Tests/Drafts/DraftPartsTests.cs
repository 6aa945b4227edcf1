using System.Net;
using Monogres.Core;
using Monogres.Sources.Drafts;
using Monogres.Sources.Git;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Sources.Tests.Inspection;
using Monogres.Store.Downloads;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Drafts;

/// <summary>The answers beside <c>Git/</c> are those of git 2.39 to the request for the trees of two commits; the second is a submodule of the first.</summary>
public sealed class DraftPartsTests : IDisposable
{
    private const string Outer = "23c2a3d1dbf69c03553a494d73f9f30be7dddf39", Inner = "fa867ca5889719d4399160591d21091e974c5c40", Deep = "3333333333333333333333333333333333333333";

    private static readonly Dictionary<string, string> Source = SmallSource.Plain.With(
        (".gitmodules", "[submodule \"lib\"]\n\tpath = third_party/lib\n\turl = ../lib.git\n[submodule \"data\"]\n\tpath = test/data\n\turl = https://github.com/o/data\n"),
        ("Makefile", $"{SmallSource.Plain["Makefile"]}PG_CPPFLAGS = -Ithird_party/lib/include\n"));

    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task The_commits_of_submodules_are_what_the_trees_of_a_commit_say()
    {
        var found = await new GitSubmodules(() => new Server()).FindAsync(new Uri("https://git.example.org/outer.git"), Outer, Cancel);
        Assert.Equal([("test/data", "2222222222222222222222222222222222222222"), ("third_party/lib", Inner)], found.Select(one => (one.Key, one.Value)));
    }

    [Theory]
    [InlineData("https://git.example.org/outer.git", Inner, "the commit is not in the answer")]
    [InlineData("https://git.example.org/missing.git", Outer, "404")]
    [InlineData("https://git.example.org/cut.git", Outer, "cut off")]
    [InlineData("https://git.example.org/error.git", Outer, "not our ref")]
    public async Task A_server_that_does_not_tell_is_an_error_with_its_reason(string repository, string commit, string reason)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new GitSubmodules(() => new Server()).FindAsync(new Uri(repository), commit, Cancel));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.True(error.Unavailable);
    }

    [Fact]
    public async Task Submodules_that_a_build_names_become_parts_and_those_in_them_too()
    {
        using var downloader = new Downloader(_store.Store, new Server(), new DownloadOptions { Tries = 1 }, _store.Time);
        var hosts = new GitArchives([new GitHost("git.example.org", "https://git.example.org/{path}/archive/{commit}.tar.gz")]);
        var tree = await SmallSource.PutAsync(_store.Store.Blobs, Source, Cancel);
        var inspection = await SourceInspector.InspectAsync(_store.Store.Blobs, tree, Cancel);
        Assert.Equal(["third_party/lib"], inspection.Submodules);

        var (parts, whole) = await new DraftParts(_store.Store.Blobs, downloader, hosts, new GitSubmodules(() => new Server()), new RecordingObserver())
            .ObtainAsync(tree, new Uri("https://git.example.org/outer.git"), Outer, inspection.Submodules, Cancel);
        Assert.Equal([("third_party/lib", $"https://git.example.org/lib/archive/{Inner}.tar.gz"), ("third_party/lib/deps/deep", $"https://git.example.org/deep/archive/{Deep}.tar.gz")], parts.Select(part => (part.To.Value, part.Place.AbsoluteUri)));
        var files = await SourceFiles.OpenAsync(_store.Store.Blobs, whole, Cancel);
        Assert.Superset(new HashSet<string> { "Makefile", "third_party/lib/include/lib.h", "third_party/lib/deps/deep/deep.h" }, files.Names.ToHashSet());
        Assert.Empty((await SourceInspector.InspectAsync(_store.Store.Blobs, whole, Cancel)).Submodules);
    }

    [Theory]
    [InlineData("../lib.git", "https://git.example.org/group/lib.git")]
    [InlineData("../../other/lib", "https://git.example.org/other/lib")]
    [InlineData("https://github.com/o/lib", "https://github.com/o/lib")]
    [InlineData("git@github.com:o/lib.git", "https://github.com/o/lib.git")]
    [InlineData("ssh://git@github.com/o/lib.git", "https://github.com/o/lib.git")]
    [InlineData("git://github.com/o/lib.git", "https://github.com/o/lib.git")]
    public void The_address_of_a_submodule_may_be_relative_or_for_another_protocol(string address, string resolved) =>
        Assert.Equal(resolved, DraftParts.Resolve(new Uri("https://git.example.org/group/outer.git"), address).AbsoluteUri);

    [Fact]
    public void A_submodule_that_is_nowhere_on_the_web_is_refused() =>
        Assert.Throws<UserErrorException>(() => DraftParts.Resolve(new Uri("https://git.example.org/outer.git"), "/srv/git/lib.git"));

    /// <summary>Answers as a git server and a host of archives do.</summary>
    private sealed class Server : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (request.Method == HttpMethod.Post)
            {
                Assert.Equal(["version=2"], request.Headers.GetValues("Git-Protocol"));
                Assert.StartsWith("0012command=fetch", await request.Content!.ReadAsStringAsync(cancellationToken), StringComparison.Ordinal);
            }

            return path switch
            {
                "/outer.git/git-upload-pack" => Bytes(Answer("outer.bin")),
                "/lib.git/git-upload-pack" => Bytes(Answer("inner.bin")),
                "/cut.git/git-upload-pack" => Bytes(Answer("outer.bin")[..500]),
                "/error.git/git-upload-pack" => Bytes("0015ERR not our ref X"u8.ToArray()),
                $"/lib/archive/{Inner}.tar.gz" => Bytes(SmallArchive.Of(("lib-1/.gitmodules", "[submodule \"deep\"]\n\tpath = deps/deep\n\turl = ../deep.git\n", false), ("lib-1/include/lib.h", "", false))),
                $"/deep/archive/{Deep}.tar.gz" => Bytes(SmallArchive.Of(("deep-1/deep.h", "", false))),
                _ => new HttpResponseMessage(HttpStatusCode.NotFound),
            };
        }

        private static byte[] Answer(string name) => File.ReadAllBytes(RepositoryFiles.At($"tests/Monogres.Sources.Tests/Git/answers/{name}"));

        private static HttpResponseMessage Bytes(byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
    }
}
