using Monogres.Core;
using Monogres.Sources.Local;
using Monogres.Testing;

namespace Monogres.Sources.Tests.Local;

public class LocalSourceTests
{
    private const string Commit = "2627c5ff775ae6d7aef0c430121ccf857842d2f2";

    [Theory]
    [InlineData(".", true)]
    [InlineData("..", true)]
    [InlineData("./x", true)]
    [InlineData("../x.tar.gz", true)]
    [InlineData("/srv/x", true)]
    [InlineData("https://example.org/a/b.git@" + Commit, true)]
    [InlineData("postgres@15", false)]
    [InlineData("pgvector@0.8.0/postgres@17", false)]
    [InlineData("*/postgres@17", false)]
    [InlineData("x", false)]
    [InlineData(".x", false)]
    [InlineData(".@1.0", true)]
    [InlineData("..@1.0", true)]
    public void A_word_says_itself_whether_it_means_a_source(string word, bool isMeant) => Assert.Equal(isMeant, LocalSource.IsSource(word));

    [Fact]
    public void What_stands_at_a_path_decides_what_it_is()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["thing.git@x"]);
        File.WriteAllText(directory["x.tar.gz"], "");
        Assert.Equal(new LocalSource.Folder("./x", directory.Path), LocalSource.Parse("./x", _ => directory.Path));
        Assert.Equal(new LocalSource.Archive("./x.tar.gz", directory["x.tar.gz"]), LocalSource.Parse("./x.tar.gz", _ => directory["x.tar.gz"]));
        Assert.Equal(new LocalSource.Folder("./thing.git@x", directory["thing.git@x"]), LocalSource.Parse("./thing.git@x", _ => directory["thing.git@x"]));
        Assert.Equal(new LocalSource.Folder("./x@1.0+git2", directory.Path) { Version = "1.0+git2" }, LocalSource.Parse("./x@1.0+git2", path => path is "./x" ? directory.Path : "/nonexistent/x"));
        Assert.Equal(new LocalSource.Folder("./x@1", directory["x@1"]), LocalSource.Parse("./x@1", _ => Directory.CreateDirectory(directory["x@1"]).FullName));
        Assert.Equal("x", new LocalSource.Archive("./x.tar.gz", directory["x.tar.gz"]).FallbackName);
    }

    [Theory]
    [InlineData("./nothing", "there is no `./nothing`")]
    [InlineData("./nothing@1.0", "there is no `./nothing@1.0`")]
    [InlineData("git@example.org:a/b.git@" + Commit, "is not the URL of a git repository")]
    [InlineData("https://example.org/a/b.git@v1.0", "`v1.0` in `https://example.org/a/b.git@v1.0` is not a full commit")]
    [InlineData("https://example.org/a/b.git@2627c5f", "is not a full commit")]
    public void What_is_no_source_is_said(string word, string message) => Assert.Contains(
        message, Assert.Throws<UserErrorException>(() => LocalSource.Parse(word, path => $"/nonexistent/{path}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://github.com/pgvector/pgvector.git@" + Commit, "https://github.com/pgvector/pgvector/archive/" + Commit + ".tar.gz")]
    [InlineData("https://gitlab.com/a/b/c.git@" + Commit, "https://gitlab.com/a/b/c/-/archive/" + Commit + "/c-" + Commit + ".tar.gz")]
    [InlineData("https://codeberg.org/a/b.git@" + Commit, "https://codeberg.org/a/b/archive/" + Commit + ".tar.gz")]
    public void A_known_host_has_the_archive_of_a_commit(string word, string address) => Assert.Equal(
        address, GitArchives.Known.AddressOf((LocalSource.Commit)LocalSource.Parse(word, path => $"/nonexistent/{path}")).AbsoluteUri);

    [Fact]
    public void A_commit_can_have_a_version_behind_it() => Assert.Equal(
        (Commit, "0.8.0"), LocalSource.Parse($"https://github.com/pgvector/pgvector.git@{Commit}@0.8.0", path => $"/nonexistent/{path}") is LocalSource.Commit commit ? (commit.Id, commit.Version) : default);

    [Fact]
    public void An_unknown_host_is_refused_with_those_that_are_known()
    {
        var error = Assert.Throws<UserErrorException>(() => GitArchives.Known.AddressOf((LocalSource.Commit)LocalSource.Parse($"https://example.org/a/b.git@{Commit}", path => $"/nonexistent/{path}")));
        Assert.Contains("github.com, gitlab.com, codeberg.org", error.Hint, StringComparison.Ordinal);
    }
}
