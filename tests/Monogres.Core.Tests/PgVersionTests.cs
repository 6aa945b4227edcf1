using FsCheck.Fluent;

namespace Monogres.Core.Tests;

public class PgVersionTests
{
    [Theory]
    [InlineData("13.0", 13, 0)]
    [InlineData("15.18", 15, 18)]
    [InlineData("100.1000", 100, 1000)]
    [InlineData("5.4", 5, 4)]
    public void A_release_has_a_major_and_a_minor(string text, int major, int minor)
    {
        var version = PgVersion.Parse(text);
        Assert.Equal((major, minor), (version.Major, version.Minor));
        Assert.False(version.IsPreRelease);
    }

    [Theory]
    [InlineData("10.0", true)]
    [InlineData("19beta1", true)]
    [InlineData("9.6", false)]
    [InlineData("5.4", false)]
    public void PostgreSQL_is_numbered_like_this_since_10(string version, bool isOfPostgres) => Assert.Equal(isOfPostgres, PgVersion.Parse(version).IsOfPostgres);

    [Fact]
    public void A_beta_has_no_minor() => Assert.Null(PgVersion.Parse("19beta2").Minor);

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("15.")]
    [InlineData(".18")]
    [InlineData("015.18")]
    [InlineData("15.018")]
    [InlineData("15.18 ")]
    [InlineData("15.18.1")]
    [InlineData("0.5")]
    [InlineData("9.6.24")]
    [InlineData("19beta")]
    [InlineData("19beta0")]
    [InlineData("19beta01")]
    [InlineData("19Beta2")]
    [InlineData("19~beta2")]
    [InlineData("19.beta2")]
    [InlineData("19rc")]
    [InlineData("19a1")]
    [InlineData("15.-1")]
    [InlineData("15.99999")]
    [InlineData("१५.१")]
    public void What_is_not_a_version_is_refused(string text) => Assert.Throws<FormatException>(() => PgVersion.Parse(text));

    [Fact]
    public void Betas_come_before_release_candidates_and_these_before_the_first_release()
    {
        string[] order = ["18.6", "19beta1", "19beta2", "19beta10", "19rc1", "19rc2", "19.0", "19.2", "19.10", "20beta1"];
        Assert.Equal(order, order.Reverse().Select(PgVersion.Parse).Order().Select(version => version.ToString()));
    }

    [Fact]
    public void Every_version_reads_back_as_it_was_written() =>
        Prop.ForAll(Versions.One, version => PgVersion.Parse(version.ToString()) == version).HoldsAlways();

    [Fact]
    public void The_order_is_total() => Prop.ForAll(Versions.Three, three =>
    {
        var (a, b, c) = three;
        return Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))
            && (a.CompareTo(b) == 0) == (a == b)
            && (a.CompareTo(b) > 0 || b.CompareTo(c) > 0 || a.CompareTo(c) <= 0);
    }).HoldsAlways();
}
