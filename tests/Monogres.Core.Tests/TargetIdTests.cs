namespace Monogres.Core.Tests;

public class TargetIdTests
{
    [Theory]
    [InlineData("postgres@15.18+minimal", "debian12-amd64", "gcc", "postgres@15.18+minimal")]
    [InlineData("postgres@15.18+full", "debian11-amd64", "gcc", "postgres@15.18+full (debian11-amd64)")]
    [InlineData("postgres@15.18+full", "debian12-amd64", "llvm", "postgres@15.18+full (llvm)")]
    [InlineData("pgvector@0.8.0/postgres@17.11+minimal", "debian13-arm64", "llvm", "pgvector@0.8.0/postgres@17.11+minimal (debian13-arm64, llvm)")]
    public void A_platform_and_a_toolchain_are_said_where_they_are_not_the_default(string name, string platform, string toolchain, string text) =>
        Assert.Equal(text, Of(name, platform, toolchain).ToString());

    [Theory]
    [InlineData("postgres@15.18+minimal", "debian12-amd64", "gcc", "postgres@15.18+minimal")]
    [InlineData("postgres@15.18+full", "debian11-amd64", "gcc", "postgres@15.18+full --platform debian11-amd64")]
    [InlineData("postgres@15.18", "debian12-amd64", "llvm", "postgres@15.18 --toolchain llvm")]
    [InlineData("pgvector@0.8.0/postgres@17.11+minimal", "debian13-arm64", "llvm", "pgvector@0.8.0/postgres@17.11+minimal --platform debian13-arm64 --toolchain llvm")]
    public void As_arguments_it_can_be_pasted_into_a_command(string name, string platform, string toolchain, string text) =>
        Assert.Equal(text, Of(name, platform, toolchain).ToArguments());

    [Theory]
    [InlineData("tally@1.0/postgres@15.18+minimal", "debian12-amd64", "gcc", "'./my tally' --postgres 15.18+minimal")]
    [InlineData("tally@1.0/postgres@15.18+minimal", "debian13-amd64", "llvm", "'./my tally' --postgres 15.18+minimal --platform debian13-amd64 --toolchain llvm")]
    [InlineData("tally@1.0/postgres@15.18", "debian12-amd64", "gcc", "'./my tally' --postgres 15.18")]
    public void A_source_that_is_not_in_the_index_is_named_as_it_was_typed(string name, string platform, string toolchain, string text) =>
        Assert.Equal(text, Of(name, platform, toolchain).ToArguments(ShellText.Quote("./my tally")));

    [Theory]
    [InlineData("postgres@15.18+minimal", "debian12-amd64", "gcc", "postgres-15.18-minimal-debian12-amd64")]
    [InlineData("postgres@15.18+minimal", "debian11-arm64", "llvm", "postgres-15.18-minimal-debian11-arm64-llvm")]
    [InlineData("pgvector@0.8.0/postgres@17.11+full", "debian12-amd64", "gcc", "pgvector-0.8.0-postgres-17.11-full-debian12-amd64")]
    public void A_file_name_has_all_but_the_default_toolchain(string name, string platform, string toolchain, string text) =>
        Assert.Equal(text, Of(name, platform, toolchain).ToFileName());

    [Fact]
    public void They_are_ordered_by_platform_then_toolchain_then_name()
    {
        TargetId[] sorted =
        [
            Of("postgres@17.11+minimal", "debian11-amd64", "gcc"),
            Of("postgres@13.0+minimal", "debian12-amd64", "gcc"),
            Of("postgres@15.2+minimal", "debian12-amd64", "gcc"),
            Of("postgres@15.18+full", "debian12-amd64", "gcc"),
            Of("postgres@15.18+minimal", "debian12-amd64", "gcc"),
            Of("postgres@13.0+minimal", "debian12-amd64", "llvm"),
        ];
        Assert.Equal(sorted, sorted.Reverse().Order());
        for (var i = 1; i < sorted.Length; i++)
        {
            Assert.True(sorted[i - 1] < sorted[i] && sorted[i - 1] <= sorted[i] && sorted[i] > sorted[i - 1] && sorted[i] >= sorted[i - 1]);
            Assert.NotEqual(sorted[i - 1], sorted[i]);
        }

        Assert.True(sorted[0].CompareTo(null) > 0);
    }

    [Fact]
    public void Equal_parts_are_the_same_target()
    {
        var (one, other) = (Of("postgres@15.18+minimal", "debian12-amd64", "gcc"), Of("postgres@15.18+minimal", "debian12-amd64", "gcc"));
        Assert.Equal((one, 0, one.GetHashCode()), (other, one.CompareTo(other), other.GetHashCode()));
    }

    [Fact]
    public void The_default_is_the_platform_and_toolchain_that_most_use() =>
        Assert.Equal(("debian12-amd64", "gcc"), (TargetId.DefaultPlatform.ToString(), TargetId.DefaultToolchain));

    private static TargetId Of(string name, string platform, string toolchain) => new(TargetName.Parse(name), PlatformName.Parse(platform), toolchain);
}
