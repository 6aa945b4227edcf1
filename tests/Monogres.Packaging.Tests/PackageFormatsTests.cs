using Monogres.Core;
using Monogres.Packaging.Tar;

namespace Monogres.Packaging.Tests;

public class PackageFormatsTests
{
    private readonly SmallPacking _packing = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_name_is_that_of_a_packager_and_the_default_is_among_them()
    {
        Assert.Every(PackageFormats.Names, name => Assert.Single(PackageFormats.Parse(name)));
        Assert.Contains(PackageFormats.Default, PackageFormats.Names);
    }

    [Fact]
    public async Task Every_archive_has_a_file_for_the_payload_and_one_for_the_debug_information_and_none_for_what_is_empty()
    {
        var (payload, symbols, none) = (
            await SmallPayload.StepAsync(SmallPayload.Files, _packing.Engine.Blobs, Cancel),
            await SmallPayload.StepAsync(SmallPayload.Symbols, _packing.Engine.Blobs, Cancel),
            await SmallPayload.StepAsync(new(), _packing.Engine.Blobs, Cancel));
        foreach (var format in PackageFormats.Names.Except(["deb", "rpm", "oci", "cnpg"]))
        {
            var packager = Assert.Single(PackageFormats.Parse(format));
            string[] both = [$"{SmallPayload.Name}-symbols.{format}", $"{SmallPayload.Name}.{format}"];
            Assert.Equal(both, (await _packing.PackAsync(packager, SmallPayload.Of(payload, symbols), Cancel)).Keys);
            Assert.Equal(both[1..], (await _packing.PackAsync(packager, SmallPayload.Of(payload, none), Cancel)).Keys);
            Assert.Equal(both[1..], (await _packing.PackAsync(packager, SmallPayload.Of(payload), Cancel)).Keys);
        }
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tar,tar")]
    [InlineData(" tar , tar")]
    public void A_format_that_is_named_twice_is_packed_once(string names) => Assert.IsType<TarPackager>(Assert.Single(PackageFormats.Parse(names)));

    [Theory]
    [InlineData("zap", "zap")]
    [InlineData("tar,zap", "zap")]
    [InlineData("TAR", "TAR")]
    [InlineData("tar,", "")]
    public void A_format_that_is_not_known_is_an_error_of_usage(string names, string unknown)
    {
        var error = Assert.Throws<UserErrorException>(() => PackageFormats.Parse(names));
        Assert.Equal(($"there is no package format `{unknown}`", "known are tar, tar.gz, tar.xz, tar.zst, zip, deb, rpm, oci, cnpg", ExitCode.Usage), (error.Message, error.Hint, error.ExitCode));
    }

    [Fact]
    public void A_format_of_one_platform_cannot_be_portable()
    {
        Assert.Equal(2, PackageFormats.Parse("tar.zst,zip", portable: true).Count);
        var error = Assert.Throws<UserErrorException>(() => PackageFormats.Parse("tar,deb", portable: true));
        Assert.Equal(("a package of the format `deb` is for one platform, and cannot be portable", "leave out `--portable`, or choose among tar, tar.gz, tar.xz, tar.zst, zip, rpm", ExitCode.Usage), (error.Message, error.Hint, error.ExitCode));
    }
}
