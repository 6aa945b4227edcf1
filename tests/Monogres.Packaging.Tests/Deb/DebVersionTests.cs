using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Platforms.Lock;

namespace Monogres.Packaging.Tests.Deb;

public class DebVersionTests
{
    [Theory]
    [InlineData("15.18", "15.18")]
    [InlineData("19beta2", "19~beta2")]
    [InlineData("19rc1", "19~rc1")]
    [InlineData("1.0-beta", "1.0~beta")]
    [InlineData("4.0.0-alpha.2", "4.0.0~alpha.2")]
    [InlineData("0.2.0-git20211101.d7d10f2", "0.2.0-git20211101.d7d10f2")]
    [InlineData("1.0+git2", "1.0+git2")]
    [InlineData("v1.2_3", "1.2.3")]
    [InlineData("REL_4_2", "0+REL.4.2")]
    [InlineData("1.0develop", "1.0develop")]
    public void A_version_is_written_so_that_Debian_orders_it_right(string version, string expected)
    {
        Assert.Equal(expected, DebVersion.Upstream(version));
        Assert.True(DebianVersion.TryParse(DebVersion.Of(version, "deb12", 1, variant: null), out _));
    }

    [Fact]
    public void A_version_names_the_release_of_the_distribution_the_build_and_the_variant()
    {
        Assert.Equal("15.18-1~mgr.deb12+1", DebVersion.Of("15.18", "deb12", 1, variant: null));
        Assert.Equal("15.18-1~mgr.deb12+2+full.llvm", DebVersion.Of("15.18", "deb12", 2, "full.llvm"));
    }

    [Theory]
    [InlineData("15.18-0+deb12u1")] // The same release, from the distribution's security archive.
    [InlineData("15.17-1.pgdg12+1")]
    [InlineData("15.17-1~mgr.deb13+1")]
    [InlineData("15.18-1~mgr.deb11+1")]
    [InlineData("15~beta1-1~mgr.deb12+1")]
    public void What_is_older(string version) => Assert.True(DebianVersion.Parse(version) < DebianVersion.Parse(DebVersion.Of("15.18", "deb12", 1, variant: null)));

    [Theory]
    [InlineData("15.18-1")]
    [InlineData("15.18-1.pgdg12+1")]
    [InlineData("15.19-0+deb12u1")]
    [InlineData("15.18-1~mgr.deb13+1")]
    [InlineData("15.18-1~mgr.deb12+2")]
    [InlineData("15.18-1~mgr.deb12+1+full")]
    public void What_is_newer(string version) => Assert.True(DebianVersion.Parse(version) > DebianVersion.Parse(DebVersion.Of("15.18", "deb12", 1, variant: null)));

    [Fact]
    public void A_platform_has_a_mark_for_versions()
    {
        Assert.Equal(new DebPlatform("trixie", "deb13", "arm64"), DebPlatform.Of("debian13-arm64", "trixie", "arm64"));
        Assert.Every(["ubuntu24-amd64", "debian-amd64", "debian1x-amd64"], name =>
            Assert.Equal($"Debian packages cannot be made for `{name}`, which is no release of Debian", Assert.Throws<UserErrorException>(() => DebPlatform.Of(name, "x", "amd64")).Message));
    }
}
