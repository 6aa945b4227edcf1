using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>What a person can mistype: told at once, on stderr, with what is near.</summary>
public sealed class MistakeTests(World world)
{
    [Theory]
    [InlineData(1, "15.1 to 15.5", "plan", "postgres@15.11")]
    [InlineData(1, "majors 15", "plan", "postgres@16.1")]
    [InlineData(1, "`postgres`", "plan", "postgrse@15.1")]
    [InlineData(1, "`plain`", "plan", "postgres@15.1+plian")]
    [InlineData(1, "`tinted`", "plan", "postgres@15.1", "--option-set", "tined")]
    [InlineData(1, "`debian12-amd64`", "plan", "postgres@15.1", "--platform", "debian21-amd64")]
    [InlineData(1, "`gcc`", "plan", "postgres@15.1", "--toolchain", "gc")]
    [InlineData(1, "pgvector", "plan", "pgvector@0.8.0/postgres@15.1")]
    [InlineData(1, "64 digits", "store", "cat", "abc")]
    [InlineData(2, "`build`", "biuld", "postgres@15.1")]
    [InlineData(2, "`check`", "store", "chek")]
    [InlineData(2, "`--no-cache`", "build", "postgres@15.1", "--no-cahce")]
    [InlineData(2, "^", "plan", "postgres@")]
    [InlineData(2, "^", "plan", "postgres@15.1+")]
    [InlineData(2, "monogres plan --help", "plan")]
    [InlineData(2, "--older-than", "store", "gc")]
    [InlineData(2, "20GB", "store", "gc", "--max-size", "much")]
    public async Task A_mistake_is_told_with_what_is_near(int code, string near, params string[] arguments)
    {
        using var place = world.Empty();

        var outcome = (await place.RunAsync(arguments)).ExitedWith(code);

        Assert.Equal("", outcome.Out);
        Assert.StartsWith("error: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(near, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_is_told_before_anything_is_downloaded()
    {
        using var place = world.Empty();
        place.Mirror = $"{Testing.Http.LoopbackServer.Nowhere("debian")}";

        foreach (var command in new[] { "build", "shell", "run", "test", "explain" })
        {
            var outcome = (await place.RunAsync(command, "postgres@15.11")).ExitedWith(1);
            Assert.Contains("no release `15.11`", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_faulty_index_is_refused_with_every_problem()
    {
        using var place = world.Empty();
        place.Index = world.Index.CopyTo(place.Directory);
        place.Index.Edit("styles/fixture.json", style => style["steps"]![0]!["nmae"] = "twice");
        place.Index.Edit("servers/postgres/option-sets.json", sets => sets["default"] = "plian");

        var outcome = (await place.RunAsync("build", FixtureIndex.Quick)).ExitedWith(1);
        Assert.Equal("", outcome.Out);
        Assert.Contains("2 problems", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("nmae", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("`plain`", outcome.Error, StringComparison.Ordinal);
    }
}
