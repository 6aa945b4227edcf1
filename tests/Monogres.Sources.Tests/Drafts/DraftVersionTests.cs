using Monogres.Sources.Drafts;
using Monogres.Sources.Tests.Inspection;

namespace Monogres.Sources.Tests.Drafts;

public class DraftVersionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1.2.3", "1.2", null, "1.2.3")]
    [InlineData("v13.2.2", "13.2-1", null, "13.2.2")]
    [InlineData("PG15/v1.6.0-rc0", "1.6.0", "1.3.0", "1.6.0-rc0")]
    [InlineData("v2.0", "1.0", "1.0.0", "1.0.0")]
    [InlineData("v2.0", "1.0", null, "2.0")]
    [InlineData("v2.0", "1.0", "3.0.0", null)]
    [InlineData("wal2json_2_6", null, null, "2.6")]
    [InlineData("stable", "1.0", null, "1.0")]
    [InlineData("stable", null, null, null)]
    [InlineData("stable", "1.0", "2.0.0", null)]
    public async Task The_version_is_the_one_that_two_of_three_agree_on(string tag, string? control, string? meta, string? version)
    {
        var facts = (await SmallSource.InspectAsync(SmallSource.Plain.With(
            ("plain.control", control is null ? "comment = 'x y z'\n" : $"default_version = '{control}'\n"), ("META.json", meta is null ? null : $$"""{ "version": "{{meta}}" }""")), Cancel)).Facts;
        Assert.Equal(version, DraftVersion.Find(DraftPlace.Of(new Uri($"https://github.com/o/plain/archive/refs/tags/{tag}.tar.gz")), facts));
    }

    [Theory]
    [InlineData("PG15/v1.6.0-rc0", 15)]
    [InlineData("REL17_1_7_0", 17)]
    [InlineData("release/PG16/v1.5.0", 16)]
    [InlineData("pg14-1.2", 14)]
    [InlineData("v15.0", null)]
    [InlineData("REL_15_STABLE", null)]
    [InlineData("ver_1.2", null)]
    public void A_tag_can_say_for_which_PostgreSQL_it_is(string tag, int? major) => Assert.Equal(major, DraftVersion.MajorOfTag(tag));
}
