using Monogres.Core;
using Monogres.Packaging.Tar;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests;

public class PackageFormatsTests
{
    [Fact]
    public void Every_name_is_that_of_a_packager_and_the_default_is_among_them()
    {
        Assert.Every(PackageFormats.Names, name => Assert.Single(PackageFormats.Parse(name)));
        Assert.Contains(PackageFormats.Default, PackageFormats.Names);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tar,tar")]
    [InlineData(" tar , tar")]
    public void A_format_that_is_named_twice_is_packed_once(string names) => Assert.IsType<TarPackager>(Assert.Single(PackageFormats.Parse(names))(new MemoryBlobStore()));

    [Theory]
    [InlineData("zap", "zap")]
    [InlineData("tar,zap", "zap")]
    [InlineData("TAR", "TAR")]
    [InlineData("tar,", "")]
    public void A_format_that_is_not_known_is_an_error_of_usage(string names, string unknown)
    {
        var error = Assert.Throws<UserErrorException>(() => PackageFormats.Parse(names));
        Assert.Equal(($"there is no package format `{unknown}`", "known are tar", ExitCode.Usage), (error.Message, error.Hint, error.ExitCode));
    }
}
