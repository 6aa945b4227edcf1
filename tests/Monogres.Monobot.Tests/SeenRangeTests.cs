using Monogres.Core;
using Monogres.Matrix;
using Monogres.Monobot.Trials;
using Monogres.Results.Testing;

namespace Monogres.Monobot.Tests;

public class SeenRangeTests
{
    [Theory]
    [InlineData(">=13", "13+ 14+ 15+ 16+ 17+ 18+", ">=13, <19")]
    [InlineData(">=13", "13- 14- 15+ 16+ 17+ 18-", ">=15, <18")]
    [InlineData(">=13", "15+", ">=15, <16")]
    [InlineData(">=13", "15+ 16- 17+", ">=15, <18, !=16")]
    [InlineData(">=13", "15+ 16? 17+", ">=15, <18")]
    [InlineData(">=13, !=17.3, <19", "15+ 17+", ">=15, <18, !=17.3")]
    [InlineData("*", "15+", ">=15, <16")]
    [InlineData(">=13", "13- 18-", null)]
    [InlineData(">=13", "13?", null)]
    [InlineData(">=13", "", null)]
    public void A_range_is_what_was_seen(string claimed, string seen, string? range)
    {
        Assert.Equal(range, SeenRange.Of(claimed, seen.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => Row(one[..^1], one[^1]))));
        if (range is not null)
            Assert.True(VersionRange.TryParse(range, out _));
    }

    [Fact]
    public void Its_own_tests_do_not_decide_whether_it_works() =>
        Assert.True(SeenRange.Works(Row("15", '+') with { Status = MatrixStatus.TestsFailed, Level = TestLevel.Created }));

    internal static MatrixRow Row(string major, char how, string version = "1.0") => new()
    {
        Target = $"tiny@{version}/postgres@{major}.1+minimal",
        Platform = "debian12-amd64",
        Toolchain = "gcc",
        Key = Digest.Empty,
        Date = new DateOnly(2025, 1, 1),
        Status = how switch { '+' => MatrixStatus.Built, '?' => MatrixStatus.NotRun, _ => MatrixStatus.Failed },
        Payload = how is '+' ? Digest.Empty : null,
        Level = how is '+' ? TestLevel.Tested : null,
        Passed = how is '+' ? 3 : null,
        Tests = how is '+' ? 3 : null,
        Reason = how is '+' ? null : "no such header",
    };
}
