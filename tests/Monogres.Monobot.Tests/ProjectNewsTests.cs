using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Monobot.News;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot.Tests;

public class ProjectNewsTests
{
    private static readonly string One = new('1', 40), Two = new('2', 40);
    private static readonly Sha256Hash Known = Sha256Hash.Of("known"u8), Other = Sha256Hash.Of("other"u8);

    [Theory]
    [InlineData("0.8.0", "0.7.4 0.8.0 0.8.6", "0.8.6<0.8.0")]
    [InlineData("0.8.0", "0.8.6 0.9.1", "0.9.1<0.8.0")]
    [InlineData("0.7.3 0.8.0", "0.7.4 0.8.0", "0.7.4<0.7.3")]
    [InlineData("1.5.3 16.1 17.1", "1.5.4 16.2 17.2 18.0", "1.5.4<1.5.3 16.2<16.1 18.0<17.1")]
    [InlineData("0.8.0", "0.8.0 0.7.9", "")]
    [InlineData("1.0", "1.0.0", "")]
    [InlineData("1.9", "1.10", "1.10<1.9")]
    [InlineData("3", "4", "4<3")]
    public void The_newest_is_news_and_the_newest_of_each_line_that_the_index_has(string known, string said, string expected) => Assert.Equal(
        expected, string.Join(' ', ProjectNews.Newest([.. known.Split(' ')], [.. said.Split(' ')]).Select(one => $"{one.Version}<{one.Previous}")));

    [Fact]
    public void A_release_has_all_places_that_name_it()
    {
        var news = News(new UpstreamAnswers { Tags = Tags(("v1.0", One), ("v1.1", Two), ("v1.2rc1", Two)), Debian = [Debian("1.1", Other), Debian("1.1", Other)] });
        var release = Assert.Single(news.Releases);
        Assert.Equal(("1.1", "1.0", "v1.1"), (release.Version, release.Previous, release.Tag!.Tag.Name));
        Assert.Equal(Other, Assert.Single(release.Debian).Content.Hash);
        Assert.Empty(news.Alarms);
    }

    [Fact]
    public void A_tag_that_was_moved_is_an_alarm_and_no_release()
    {
        var news = News(new UpstreamAnswers { Tags = Tags(("v1.0", Two)) });
        Assert.Equal($"the tag v1.0 of https://example.org/tiny.git was moved: it names {Two}, and the index has {One}", Assert.Single(news.Alarms).Text);
        Assert.Empty(news.Releases);
    }

    [Fact]
    public void A_tag_that_has_vanished_is_an_alarm() =>
        Assert.Equal("the tag v1.0 has vanished from https://example.org/tiny.git", Assert.Single(News(new UpstreamAnswers { Tags = Tags(("v1.1", Two)) }).Alarms).Text);

    [Fact]
    public void Another_file_under_a_known_name_is_an_alarm()
    {
        Assert.Empty(News(new UpstreamAnswers { Debian = [Debian("1.0", Known)] }).Alarms);
        Assert.StartsWith("Debian's sid has another tiny_1.0.orig.tar.gz: its sha256 is ", Assert.Single(News(new UpstreamAnswers { Debian = [Debian("1.0", Other)] }).Alarms).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pre_releases_in_Debian_are_no_news() => Assert.Empty(News(new UpstreamAnswers { Debian = [Debian("1.1~rc1", Other), Debian("1.1beta2", Other)] }).Releases);

    [Fact]
    public void What_only_PGXN_has_is_noted()
    {
        Assert.Equal(["PGXN has 1.2.0, and neither a tag nor Debian has it"], News(new UpstreamAnswers { Pgxn = ["1.2.0", "1.0.0"], Debian = [Debian("1.1", Other)] }).Notes);
        Assert.Empty(News(new UpstreamAnswers { Pgxn = ["1.2.0"], Debian = [Debian("1.2", Other)] }).Notes);
        Assert.Empty(News(new UpstreamAnswers { Pgxn = ["1.0.0"] }).Notes);
    }

    [Fact]
    public void A_repository_that_has_moved_is_noted() => Assert.Equal(
        ["https://example.org/tiny.git has moved to https://example.org/new/tiny"],
        News(new UpstreamAnswers { Tags = Tags(("v1.0", One)) with { Repository = new Uri("https://example.org/new/tiny") } }).Notes);

    private static ProjectNews News(UpstreamAnswers said) => ProjectNews.Of(Project(), said);

    private static GitTagList Tags(params (string Name, string Commit)[] tags) => new(new Uri("https://example.org/tiny.git"), [.. tags.Select(tag => new GitTag(tag.Name, tag.Commit))]);

    private static DebianSource Debian(string version, Sha256Hash hash) =>
        new("tiny", version, new Place.Pool("debian", RelativePath.Parse($"pool/main/t/tiny/tiny_{version}.orig.tar.gz")), new Digest(hash, 1), "sid");

    /// <summary>An extension with version 1.0, whose tag and archive are known.</summary>
    internal static ExtensionProject Project() => new()
    {
        Name = ProjectName.Parse("tiny"),
        Folder = "extensions/tiny",
        License = "PostgreSQL",
        Homepage = new Uri("https://example.org/tiny"),
        Summary = "Tiny",
        Category = ExtensionCategory.Functions,
        Repositories = [new Uri("https://example.org/tiny.git")],
        Origin = new ExtensionOrigin.Source(
            [
                new ExtensionRelease
                {
                    Version = "1.0", Postgres = VersionRange.Any, Tag = "v1.0", Commit = One, SourceDate = default, Parts = [],
                    Files = [new SourceFile { Source = "debian", Sha256 = Known, Size = 1, StripPrefix = null, Places = [new Place.Pool("debian", RelativePath.Parse("pool/main/t/tiny/tiny_1.0.orig.tar.gz"))] }],
                },
            ],
            new ExtensionBuild { Style = "pgxs", Arguments = [], Environment = ImmutableSortedDictionary<string, string>.Empty, BuildPackageSets = [], RuntimePackageSets = [] }),
        SqlNames = ["tiny"],
        Requires = [],
        Options = [],
        Preload = [],
        Settings = ImmutableSortedDictionary<string, ServerSetting>.Empty,
        Tests = new ExtensionTesting
        {
            Style = "pgxs", Directory = RelativePath.Root, Skipped = null, Arguments = [], PackageSets = [], Requires = [], Settings = ImmutableSortedDictionary<string, ServerSetting>.Empty, Drift = [],
        },
    };
}
