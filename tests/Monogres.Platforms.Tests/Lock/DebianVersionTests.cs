using FsCheck;
using FsCheck.Fluent;
using Monogres.Platforms.Lock;

namespace Monogres.Platforms.Tests.Lock;

public class DebianVersionTests
{
    private static readonly Arbitrary<DebianVersion> Versions =
        (from epoch in Gen.Elements("", "0:", "1:", "10:")
         from upstream in Part
         from revision in Gen.OneOf(Gen.Constant(""), Part.Select(part => "-" + part))
         select DebianVersion.Parse(epoch + "1" + upstream + revision)).ToArbitrary();

    /// <summary>Few symbols, so that versions are often near each other.</summary>
    private static Gen<string> Part => Gen.Elements("0", "00", "1", "9", "10", "a", "b", "~", "+", ".", "~rc").NonEmptyListOf().Select(string.Concat);

    [Theory]
    [InlineData("1.0", "1.1")]
    [InlineData("1.9", "1.10")]
    [InlineData("9.9", "1:0")]
    [InlineData("1.0~rc1", "1.0")]
    [InlineData("1.0~~", "1.0~~a")]
    [InlineData("1.0~~a", "1.0~")]
    [InlineData("1.0~", "1.0")]
    [InlineData("1.0", "1.0a")]
    [InlineData("1.0a", "1.0+")]
    [InlineData("1.0-1", "1.0-1+deb12u1")]
    [InlineData("1.0-1~bpo12+1", "1.0-1")]
    [InlineData("2.36-9+deb12u9", "2.36-9+deb12u10")]
    [InlineData("1.2-3", "1.2-3-1")]
    [InlineData("1.0-1", "1.0.1-1")]
    [InlineData("0a", "0b")]
    [InlineData("1.99999999999999999998", "1.99999999999999999999")]
    public void The_first_is_earlier(string earlier, string later)
    {
        Assert.True(DebianVersion.Parse(earlier) < DebianVersion.Parse(later));
        Assert.True(DebianVersion.Parse(later) > DebianVersion.Parse(earlier));
    }

    [Theory]
    [InlineData("1.0", "0:1.0")]
    [InlineData("1.0", "1.0-0")]
    [InlineData("1.01", "1.1")]
    [InlineData("1.0", "1.00")]
    [InlineData("1.a", "1.a0")]
    public void Both_are_the_same_version(string one, string other)
    {
        Assert.Equal(DebianVersion.Parse(one), DebianVersion.Parse(other));
        Assert.Equal(DebianVersion.Parse(one).GetHashCode(), DebianVersion.Parse(other).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a1")]
    [InlineData(":1")]
    [InlineData("x:1")]
    [InlineData("-1:1")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1 0")]
    [InlineData("1_0")]
    [InlineData("99999999999:1")]
    public void What_is_not_a_version_is_refused(string text) => Assert.Throws<FormatException>(() => DebianVersion.Parse(text));

    [Fact]
    public void Any_two_versions_are_ordered_one_way() => Prop.ForAll(Versions, Versions, (a, b) =>
        Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a)) && (a == b) == (a.CompareTo(b) == 0) && (a != b || a.GetHashCode() == b.GetHashCode()))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_has_no_circle() => Prop.ForAll(Versions, Versions, Versions, (a, b, c) =>
    {
        DebianVersion[] sorted = [a, b, c];
        Array.Sort(sorted);
        return sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2];
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_tilde_comes_before_the_version_itself() => Prop.ForAll(Versions, version =>
        DebianVersion.Parse(version.Text + "~") < version && version < DebianVersion.Parse(version.Text + "+"))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<<", false, false, true)]
    [InlineData("<=", false, true, true)]
    [InlineData("=", false, true, false)]
    [InlineData(">=", true, true, false)]
    [InlineData(">>", true, false, false)]
    public void A_relation_means_what_policy_says(string relation, bool later, bool same, bool earlier)
    {
        var two = DebianVersion.Parse("2");
        Assert.Equal(later, DebianVersion.Parse("3").Satisfies(relation, two));
        Assert.Equal(same, DebianVersion.Parse("2").Satisfies(relation, two));
        Assert.Equal(earlier, DebianVersion.Parse("1").Satisfies(relation, two));
    }
}
