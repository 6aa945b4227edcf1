using FsCheck.Fluent;

namespace Monogres.Core.Tests;

public class TargetTests
{
    [Theory]
    [InlineData("postgres@15.18")]
    [InlineData("postgres@19beta2")]
    [InlineData("postgres@15.18+minimal")]
    [InlineData("pgvector@0.8.0/postgres@17.11")]
    [InlineData("pg_cron@1.6.4-rc1/ivorysql@17.5+full")]
    public void The_name_of_a_target_reads_back_as_it_was_written(string text) => Assert.Equal(text, TargetName.Parse(text).ToString());

    [Fact]
    public void The_name_of_an_extension_target_has_its_parts()
    {
        var name = TargetName.Parse("pgvector@0.8.0/postgres@17.11+full");
        Assert.Equal(("pgvector", "0.8.0", "postgres", "17.11", "full"),
            (name.Extension?.Name.Value, name.Extension?.Version, name.Server.Value, name.Version.ToString(), name.OptionSet?.Value));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("postgres@15")]
    [InlineData("all")]
    [InlineData("*@15.18")]
    [InlineData("pgvector/postgres@17.11")]
    [InlineData("*/postgres@17.11")]
    public void A_pattern_that_leaves_something_open_is_not_the_name_of_a_target(string text)
    {
        Assert.False(TargetName.TryParse(text, out _));
        Assert.Equal(text, TargetPattern.Parse(text).ToString());
    }

    [Theory]
    [InlineData("postgres@15..18")]
    [InlineData("postgres@15..15")]
    [InlineData("postgres@15.3..15.8")]
    [InlineData("postgres@19beta1..19.0")]
    [InlineData("postgres@*")]
    [InlineData("*@15+minimal")]
    [InlineData("all+barebones")]
    [InlineData("pgvector@0.8.0/all")]
    [InlineData("*/postgres@17")]
    [InlineData("pgvector@*/postgres@17.11")]
    [InlineData("*@*/postgres@17")]
    public void A_pattern_reads_back_as_it_was_written(string text) => Assert.Equal(text, TargetPattern.Parse(text).ToString());

    [Theory]
    [InlineData("", 0, "the name of a project, or `all`")]
    [InlineData("Postgres", 0, "the name of a project, or `all`")]
    [InlineData("@15", 0, "the name of a project, or `all`")]
    [InlineData("postgres@", 9, "a version such as `15.18`, a major such as `15`, majors such as `15..18`, or `*`")]
    [InlineData("postgres@15.", 9, "a version such as `15.18`, a major such as `15`, majors such as `15..18`, or `*`")]
    [InlineData("postgres@15.18+", 15, "the name of an option set, such as `minimal`")]
    [InlineData("postgres@15.18+a+b", 15, "the name of an option set, such as `minimal`")]
    [InlineData("postgres@15..", 13, "a major not before 15")]
    [InlineData("postgres@18..15", 13, "a major not before 18")]
    [InlineData("postgres@..15", 9, "a major such as `15`, or a version such as `15.3`, before `..`")]
    [InlineData("postgres@15.3..15", 15, "a version not before 15.3")]
    [InlineData("postgres@15.3..15.2", 15, "a version not before 15.3")]
    [InlineData("pgvector@/postgres@17", 9, "the version of the extension, such as `0.8.0`, or `*`")]
    [InlineData("pgvector/", 9, "the PostgreSQL it is built against, such as `postgres@17`, after the slash")]
    [InlineData("/postgres", 0, "the name of an extension, or `*`, before the slash")]
    [InlineData("a/b/c", 2, "the PostgreSQL it is built against, such as `postgres@17`, after the slash")]
    public void What_is_not_a_target_is_refused_with_the_place(string text, int position, string expected)
    {
        Assert.False(TargetPattern.TryParse(text, out _, out var error));
        Assert.Equal(new TargetSyntaxError(text, position, expected), error);
    }

    [Fact]
    public void The_error_points_at_the_place_and_is_one_of_usage()
    {
        var error = Assert.Throws<UserErrorException>(() => TargetPattern.Parse("postgres@15.18+"));
        Assert.Equal("`postgres@15.18+` is not a target: expected the name of an option set, such as `minimal`", error.Message);
        Assert.Equal(["postgres@15.18+", "               ^"], error.Details);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void Targets_are_ordered_by_version_not_by_text() => Assert.Equal(
        ["postgres@15.9", "postgres@15.10", "postgres@15.10+full", "pgvector@0.8.0/postgres@15.10"],
        new[] { "pgvector@0.8.0/postgres@15.10", "postgres@15.10+full", "postgres@15.10", "postgres@15.9" }.Select(TargetName.Parse).Order().Select(name => name.ToString()));

    [Fact]
    public void Every_target_reads_back_as_it_was_written() => Prop.ForAll(Versions.One, version =>
    {
        var name = new TargetName(ProjectName.Parse("postgres"), version) { OptionSet = OptionSetName.Parse("full") };
        return TargetName.Parse(name.ToString()) == name;
    }).HoldsAlways();

    [Theory]
    [InlineData("debian12-amd64", "debian12", "amd64")]
    [InlineData("ubuntu24.04-arm64", "ubuntu24.04", "arm64")]
    public void A_platform_is_an_operating_system_and_an_architecture(string text, string os, string architecture)
    {
        var name = PlatformName.Parse(text);
        Assert.Equal((os, architecture, text), (name.Os, name.Architecture, name.ToString()));
    }

    [Theory]
    [InlineData("debian12")]
    [InlineData("debian12-")]
    [InlineData("-amd64")]
    [InlineData("Debian12-amd64")]
    [InlineData("debian12-amd64-x")]
    [InlineData("../x-amd64")]
    public void What_is_not_a_platform_is_refused(string text) => Assert.Throws<FormatException>(() => PlatformName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("Minimal")]
    [InlineData("9lives")]
    [InlineData("a b")]
    [InlineData("a-")]
    [InlineData("../a")]
    public void What_is_not_a_name_is_refused(string text)
    {
        Assert.False(OptionSetName.TryParse(text, out _));
        Assert.False(ProjectName.TryParse(text, out _));
    }
}
