using Monogres.Sources.Upstreams;

namespace Monogres.Sources.Tests.Upstreams;

public class TagPatternsTests
{
    [Theory]
    [InlineData("0.8.0", "v0.8.0", "v0.9.1", "0.9.1")]
    [InlineData("1.2", "ver_1.2", "ver_1.10.3", "1.10.3")]
    [InlineData("2.9.3", "REL_2_9_3", "REL_2_10_0", "2.10.0")]
    [InlineData("1.3.11", "REL13_1_3_11", "REL18_1_8_0", "1.8.0")]
    [InlineData("1.5.0", "PG15/v1.5.0", "PG18/v1.6.2", "1.6.2")]
    [InlineData("2.5", "wal2json_2_5", "wal2json_2_6", "2.6")]
    [InlineData("1.2", "NAME-1.2", "NAME-1.3", "1.3")]
    [InlineData("4.16.5", "VERSION_4_16_5", "VERSION_4_17_0", "4.17.0")]
    [InlineData("1.1", "v1.1-release", "v1.2-release", "1.2")]
    [InlineData("3", "r3", "r4", "4")]
    public void The_next_tag_is_read_as_the_last_one_was(string version, string tag, string next, string expected) =>
        Assert.Equal(new TaggedVersion(expected, IsPreRelease: false), TagPatterns.Of([(version, tag)]).VersionOf(next));

    [Theory]
    [InlineData("v1.0.0-rc1", "1.0.0-rc1")]
    [InlineData("v1.0.0beta2", "1.0.0beta2")]
    [InlineData("v2.0.0-alpha", "2.0.0-alpha")]
    [InlineData("v1.0.0-dev", "1.0.0-dev")]
    public void What_comes_before_a_release_is_told_apart(string tag, string version)
    {
        Assert.Equal(new TaggedVersion(version, IsPreRelease: true), TagPatterns.Of([("0.8.0", "v0.8.0")]).VersionOf(tag));
        if (!tag.EndsWith("dev", StringComparison.Ordinal) && !tag.EndsWith("alpha", StringComparison.Ordinal))
            Assert.True(TagPatterns.Of([]).VersionOf(tag)!.IsPreRelease);
    }

    [Theory]
    [InlineData("nightly")]
    [InlineData("debian/1.2-1")]
    [InlineData("REL13_1_3_11")]
    [InlineData("other-1.2")]
    public void A_tag_that_is_named_otherwise_is_no_release_of_a_project_whose_tags_are_known(string tag) =>
        Assert.Null(TagPatterns.Of([("0.8.0", "v0.8.0")]).VersionOf(tag));

    [Fact]
    public void A_project_may_begin_to_write_the_v_or_leave_it_out()
    {
        Assert.Equal("1.1", TagPatterns.Of([("1.0", "1.0")]).VersionOf("v1.1")!.Version);
        Assert.Equal("1.1", TagPatterns.Of([("1.0", "v1.0")]).VersionOf("1.1")!.Version);
    }

    [Fact]
    public void Releases_are_listed_with_the_newest_first_and_each_once()
    {
        var list = new GitTagList(new Uri("https://example.org/x.git"), [.. ((string[])["1.2", "v1.10", "v1.2", "v1.9", "v2.0-rc1", "x"]).Select(tag => new GitTag(tag, new string('a', 40)))]);
        Assert.Equal(["2.0-rc1", "1.10", "1.9", "1.2"], TaggedRelease.In(list, TagPatterns.Of([])).Select(release => release.Version));
    }
}
