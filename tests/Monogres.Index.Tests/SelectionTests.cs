using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;

namespace Monogres.Index.Tests;

public class SelectionTests
{
    [Theory]
    [InlineData("postgres", "postgres@18.6+minimal")]
    [InlineData("postgres@15", "postgres@15.20+minimal")]
    [InlineData("postgres@19", "postgres@19rc1+minimal")]
    [InlineData("postgres@19beta2", "postgres@19beta2+minimal")]
    [InlineData("postgres@15.18+barebones", "postgres@15.18+barebones")]
    [InlineData("postgres@18..19", "postgres@18.0+minimal postgres@18.1+minimal postgres@18.2+minimal postgres@18.3+minimal postgres@18.4+minimal postgres@18.6+minimal postgres@19beta1+minimal postgres@19beta2+minimal postgres@19beta3+minimal postgres@19beta4+minimal postgres@19rc1+minimal")]
    [InlineData("postgres@17.6..18.0", "postgres@17.6+minimal postgres@17.7+minimal postgres@17.8+minimal postgres@17.9+minimal postgres@17.10+minimal postgres@17.11+minimal postgres@17.12+minimal postgres@18.0+minimal")]
    [InlineData("*@17", "pgedge@17.11+minimal postgres@17.12+minimal")]
    public async Task A_pattern_selects(string pattern, string targets) =>
        Assert.Equal(targets, string.Join(' ', (await Repository.ReadAsync()).Select(TargetPattern.Parse(pattern))));

    [Fact]
    public async Task All_is_every_release() => Assert.Equal(110, (await Repository.ReadAsync()).Select(TargetPattern.Parse("all")).Count(target => target.Server.Value is "postgres"));

    [Fact]
    public async Task A_pattern_without_option_set_takes_the_one_given_beside() => Assert.Equal("postgres@15.20+barebones",
        (await Repository.ReadAsync()).Select(TargetPattern.Parse("postgres@15"), OptionSetName.Parse("barebones")).Single().ToString());

    [Theory]
    [InlineData("postgers", "no project `postgers` in the index", "did you mean `postgres`?")]
    [InlineData("postgres@15.81", "no release `15.81` of `postgres`", "did you mean `15.1`, `15.11` or `15.8`?")]
    [InlineData("postgres@12.3", "no release `12.3` of `postgres`", "`postgres@19` is the newest of a major")]
    [InlineData("postgres@12", "`postgres@12` selects no release", null)]
    [InlineData("postgres@15+minimum", "no option set `minimum` in the index", "did you mean `minimal`?")]
    [InlineData("postgres@15+huge", "no option set `huge` in the index", "the index has `barebones`, `minimal`, `regular`, `full` and `debug`")]
    public async Task What_is_not_there_is_named_with_what_is_near(string pattern, string message, string? hint)
    {
        var index = await Repository.ReadAsync();
        var error = Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse(pattern)));
        Assert.Equal((message, hint), (error.Message, error.Hint));
    }

    [Fact]
    public async Task A_version_that_is_not_there_lists_those_of_its_major()
    {
        var index = await Repository.ReadAsync();
        var error = Assert.Throws<UserErrorException>(() => index.DefaultServer.Release(PgVersion.Parse("18.5")));
        Assert.Equal(["of 18 it has 18.0 to 18.4, 18.6"], error.Details);
    }

    [Fact]
    public async Task An_unknown_platform_or_toolchain_is_named_with_what_is_near()
    {
        var index = await Repository.ReadAsync();
        Assert.Contains("`debian12-amd64`", Assert.Throws<UserErrorException>(() => index.Platform(PlatformName.Parse("debian21-amd64"))).Hint, StringComparison.Ordinal);
        Assert.Equal("it has `gcc`, `llvm` and `zig`", Assert.Throws<UserErrorException>(() => index.Platforms[0].Toolchain("clang++")).Hint);
    }
}
