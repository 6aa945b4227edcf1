using Monogres.Core;

namespace Monogres.Index.Tests.Extensions;

public class ExtensionSelectionTests
{
    private static ExtensionIndex Files() => new ExtensionIndex()
        .Add("pgvector", [("0.5.0", ">=13, <17"), ("0.5.1", ">=13, <17"), ("0.8.0", ">=13, <18"), ("0.10.0", ">=15, <19")], creates: "vector")
        .Add("late", [("1.0", ">=17")])
        .Add("old", [("2.0", "<15")]);

    [Theory]
    [InlineData("pgvector/postgres", "pgvector@0.10.0/postgres@18.6+minimal")]
    [InlineData("pgvector/postgres@13", "pgvector@0.8.0/postgres@13.23+minimal")]
    [InlineData("pgvector@0.5.1/postgres@15.18+barebones", "pgvector@0.5.1/postgres@15.18+barebones")]
    [InlineData("pgvector@0.8.0/postgres@17.10..18.0", "pgvector@0.8.0/postgres@17.10+minimal pgvector@0.8.0/postgres@17.11+minimal pgvector@0.8.0/postgres@17.12+minimal")]
    [InlineData("pgvector/postgres@18.6..19rc1", "pgvector@0.10.0/postgres@18.6+minimal")]
    [InlineData("*/postgres@14.18", "brick@14.18/postgres@14.18+minimal old@2.0/postgres@14.18+minimal pgvector@0.8.0/postgres@14.18+minimal")]
    [InlineData("*/postgres@16.15..17.0+full", "brick@16.15/postgres@16.15+full pgvector@0.10.0/postgres@16.15+full wall@16.15/postgres@16.15+full brick@17.0/postgres@17.0+full late@1.0/postgres@17.0+full pgvector@0.10.0/postgres@17.0+full")]
    [InlineData("*/postgres@16+full", "brick@16.15/postgres@16.15+full pgvector@0.10.0/postgres@16.15+full wall@16.15/postgres@16.15+full")]
    [InlineData("*@1.0/postgres@17", "late@1.0/postgres@17.12+minimal")]
    [InlineData("roof/postgres@18..19", "roof@18.0/postgres@18.0+minimal roof@18.1/postgres@18.1+minimal roof@18.2/postgres@18.2+minimal roof@18.3/postgres@18.3+minimal roof@18.4/postgres@18.4+minimal roof@18.6/postgres@18.6+minimal roof@19beta1/postgres@19beta1+minimal roof@19beta2/postgres@19beta2+minimal roof@19beta3/postgres@19beta3+minimal roof@19beta4/postgres@19beta4+minimal roof@19rc1/postgres@19rc1+minimal")]
    [InlineData("brick@15.18/postgres@15..16", "brick@15.18/postgres@15.18+minimal")]
    [InlineData("late/*@17", "late@1.0/postgres@17.12+minimal")]
    [InlineData("pgvector@*/postgres@15", "pgvector@0.5.0/postgres@15.20+minimal pgvector@0.5.1/postgres@15.20+minimal pgvector@0.8.0/postgres@15.20+minimal pgvector@0.10.0/postgres@15.20+minimal")]
    [InlineData("brick@*/postgres@15.18", "brick@15.18/postgres@15.18+minimal")]
    public async Task A_pattern_selects(string pattern, string targets)
    {
        using var files = Files();
        Assert.Equal(targets, string.Join(' ', (await files.ReadAsync()).Select(TargetPattern.Parse(pattern))));
    }

    [Theory]
    [InlineData("vector/postgres@17", "no extension `vector` in the index", "the extension `vector` is part of `pgvector`")]
    [InlineData("vectr/postgres@17", "no extension `vectr` in the index", "did you mean `pgvector`?")]
    [InlineData("wallp/postgres@17", "no extension `wallp` in the index", "the extension `wallp` is part of `wall`")]
    [InlineData("pgvectr/postgres@17", "no extension `pgvectr` in the index", "did you mean `pgvector`?")]
    [InlineData("something_else/postgres@17", "no extension `something_else` in the index", "`monogres list` lists all extensions")]
    [InlineData("pgvector", "no project `pgvector` in the index", "`pgvector` is an extension: add the PostgreSQL to build it against, `pgvector/postgres`")]
    [InlineData("vector", "no project `vector` in the index", "the extension `vector` is part of `pgvector`")]
    [InlineData("postgers", "no project `postgers` in the index", "did you mean `postgres`?")]
    [InlineData("pgvector@0.8.1/postgres@17", "no version `0.8.1` of `pgvector`", "ask for `0.8.0` or `0.10.0`", "it has 0.5.0, 0.5.1, 0.8.0, 0.10.0")]
    [InlineData("pgvector@v0.8.0/postgres@17", "no version `v0.8.0` of `pgvector`", "did you mean `0.8.0` or `0.5.0`?", "it has 0.5.0, 0.5.1, 0.8.0, 0.10.0")]
    [InlineData("late@2024-09-01/postgres@17", "no version `2024-09-01` of `late`", "ask for `1.0`", "it has 1.0")]
    [InlineData("pgvector/postgres@19", "`pgvector` does not support `postgres@19rc1+minimal`", "ask for `pgvector@0.10.0/postgres@18.6+minimal`", "0.5.0 to 0.5.1: PostgreSQL >=13, <17", "0.8.0: PostgreSQL >=13, <18", "0.10.0: PostgreSQL >=15, <19")]
    [InlineData("pgvector@0.8.0/postgres@18.6", "`pgvector@0.8.0` does not support `postgres@18.6+minimal`", "ask for `pgvector@0.10.0/postgres@18.6+minimal` or `pgvector@0.8.0/postgres@17.12+minimal`", "0.8.0: PostgreSQL >=13, <18")]
    [InlineData("old/postgres@17.10..17.11", "`old` does not support any of the 2 servers from `postgres@17.10+minimal` to `postgres@17.11+minimal`", "ask for `old@2.0/postgres@14.24+minimal`", "2.0: PostgreSQL <15")]
    [InlineData("late/postgres@13.0", "`late` does not support `postgres@13.0+minimal`", "ask for `late@1.0/postgres@17.12+minimal`", "1.0: PostgreSQL >=17")]
    [InlineData("wall/postgres@17+full", "`wall` is not in `postgres@17.12+full`", "ask for `wall@16.15/postgres@16.15+full`", "it is a module of PostgreSQL <17")]
    [InlineData("wall/postgres@16", "`wall` is not available for `postgres@16.15+minimal`", "ask for `wall@16.15/postgres@16.15+full`", "it needs the option `plperl` or `pltcl`, which the option set `minimal` omits")]
    [InlineData("brick@15.17/postgres@15.18", "`brick@15.17` is not in `postgres@15.18+minimal`", "ask for `brick@15.18/postgres@15.18+minimal`", "it is a module: its version is that of its server")]
    [InlineData("*@77/postgres@17", "`*@77` selects no extension for `postgres@17.12+minimal`", "`monogres list` lists the extensions, `monogres list NAME` the versions of one")]
    public async Task What_does_not_fit_is_told_with_the_reason_and_what_does(string pattern, string message, string? hint, params string[] details)
    {
        using var files = Files();
        var index = await files.ReadAsync();
        var error = Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse(pattern)));
        Assert.Equal((message, hint), (error.Message, error.Hint));
        Assert.Equal(details, error.Details);
    }

    [Fact]
    public async Task The_option_set_given_beside_decides_on_modules()
    {
        using var files = new ExtensionIndex();
        var index = await files.ReadAsync();
        Assert.Equal("wall@16.15/postgres@16.15+full", index.Select(TargetPattern.Parse("wall/postgres@16"), OptionSetName.Parse("full")).Single().ToString());
    }

    [Fact]
    public async Task An_index_without_extensions_says_so()
    {
        using var files = new ExtensionIndex();
        File.Delete(Path.Combine(files.Path, "servers/postgres/modules.json"));
        var index = await files.ReadAsync();
        Assert.Equal("this index describes PostgreSQL only", Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse("pgvector/postgres@17"))).Hint);
    }
}
