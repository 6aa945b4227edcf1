using FsCheck.Fluent;

namespace Monogres.Core.Tests;

public class VersionRangeTests
{
    // docs/reference/versions.md shows this table.
    [Theory]
    [InlineData("15", "15.0 15.18 15beta1", "14.9 16beta1")]
    [InlineData("=15", "15.0 15beta1", "14.9 16.0")]
    [InlineData("!=15", "14.9 16beta1", "15beta1 15.18")]
    [InlineData("<=17", "17.11 17beta1 13.0", "18beta1 18.0")]
    [InlineData("<17", "16.11", "17beta1 17.0")]
    [InlineData(">17", "18beta1 18.0", "17.11 17rc1")]
    [InlineData(">=15", "15beta1 15.0 18.6", "14.20")]
    [InlineData(">=15.0", "15.0 16beta1", "15rc1 14.9")]
    [InlineData("=17.11", "17.11", "17.1 17.10")]
    [InlineData("<=17.3", "17.3 17beta1", "17.4")]
    [InlineData(">=15, <18", "15beta1 17.11", "14.0 18beta1")]
    [InlineData(">=15,<18,!=17.3", "17.2 17.4", "17.3")]
    [InlineData("*", "13.0 19beta1", "")]
    public void A_range_means_what_the_table_says(string text, string inside, string outside)
    {
        var range = VersionRange.Parse(text);
        Assert.NothingIsWrong([.. Versions(inside).Select(version => (Version: version, In: true)), .. Versions(outside).Select(version => (Version: version, In: false))],
            one => range.Contains(one.Version) == one.In ? null : $"{one.Version} should {(one.In ? "be" : "not be")} in {text}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(">=15,")]
    [InlineData(">=")]
    [InlineData("=>15")]
    [InlineData("==15")]
    [InlineData("> =15")]
    [InlineData(">=15 <18")]
    [InlineData(">=015")]
    [InlineData("9")]
    [InlineData("9.6")]
    [InlineData("15.x")]
    [InlineData("15, *")]
    [InlineData("~15")]
    public void What_is_not_a_range_is_refused(string text) => Assert.Throws<FormatException>(() => VersionRange.Parse(text));

    [Fact]
    public void A_range_is_written_in_one_form() => Assert.Equal(">=15, <18, 17.3", VersionRange.Parse(" >= 15 ,<18,=17.3").ToString());

    [Fact]
    public void Every_range_reads_back_as_it_was_written() => Prop.ForAll(Core.Tests.Versions.RangeAndVersion, pair =>
        VersionRange.Parse(VersionRange.Parse(pair.Range).ToString()).Equals(VersionRange.Parse(pair.Range))).HoldsAlways();

    [Fact]
    public void A_range_is_all_of_its_comparisons() => Prop.ForAll(Core.Tests.Versions.RangeAndVersion, pair =>
        VersionRange.Parse(pair.Range).Contains(pair.Version)
        == pair.Range.Split(',').All(part => VersionRange.Parse(part).Contains(pair.Version))).HoldsAlways();

    [Fact]
    public void A_bare_major_is_all_versions_from_its_first_beta_to_before_that_of_the_next() => Prop.ForAll(Core.Tests.Versions.One, version =>
    {
        var major = VersionRange.Parse("15");
        var spelledOut = VersionRange.Parse(">=15beta1, <16beta1");
        return major.Contains(version) == spelledOut.Contains(version)
            && VersionRange.Parse("<=15").Contains(version) == !VersionRange.Parse(">15").Contains(version)
            && VersionRange.Parse("<15").Contains(version) == !VersionRange.Parse(">=15").Contains(version)
            && VersionRange.Parse("!=15").Contains(version) == !major.Contains(version);
    }).HoldsAlways();

    private static IEnumerable<PgVersion> Versions(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(PgVersion.Parse);
}
