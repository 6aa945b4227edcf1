using Monogres.Core;
using Monogres.Proof.Provenance;

namespace Monogres.Proof.Tests.Provenance;

public sealed class PackageUrlTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_of_a_distribution_is_named_with_its_release()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var packages = release.Platform.Lock;
        Assert.Equal("pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12", PackageUrl.Of(packages, packages.Find("libstdc++6")!));
        Assert.Equal("pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=debian-12", PackageUrl.Of(packages, packages.Find("libc6")!));
        Assert.Equal("pkg:deb/debian/bison@2:3.8.2?arch=amd64&distro=debian-12", PackageUrl.Of(packages, packages.Find("libc6")! with { Name = "bison", Version = "2:3.8.2" }));
    }

    [Fact]
    public void A_file_of_a_project_is_named_with_its_content_and_place() => Assert.Equal(
        $"pkg:generic/numeral@1.3?checksum=sha256:{Sha256Hash.Of("a"u8)}&download_url=https:%2F%2Fexample.org%2Fnumeral.tar.gz",
        PackageUrl.Of(ProjectName.Parse("numeral"), "1.3", Sha256Hash.Of("a"u8), "https://example.org/numeral.tar.gz"));

    [Theory]
    [InlineData("https://github.com/pgvector/pgvector/archive/refs/tags/v0.8.0.tar.gz", "pkg:github/pgvector/pgvector@v0.8.0")]
    [InlineData("https://github.com/EnterpriseDB/Some_Thing/archive/refs/tags/REL_1_0.tar.gz", "pkg:github/enterprisedb/some_thing@REL_1_0")]
    [InlineData("https://github.com/a/b/archive/refs/tags/pg/1+2.tar.gz", "pkg:github/a/b@pg%2F1%2B2")]
    [InlineData("https://github.com/a/b/releases/download/v1/b.tar.gz", null)]
    [InlineData("https://example.org/a/b/archive/refs/tags/v1.tar.gz", null)]
    public void A_tag_on_GitHub_is_named_as_such(string address, string? url) => Assert.Equal(url, PackageUrl.OfGitHub(new Uri(address)));
}
