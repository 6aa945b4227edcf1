using Monogres.Core;
using Monogres.Platforms.Signatures;
using Monogres.Sources.Upstreams;
using Monogres.Testing;

namespace Monogres.Sources.Tests.Upstreams;

public class DebianSourcesTests
{
    private const string Hash = "0118080f995fec67e25e58d44c66953e7b2bf5a47bb0602fd2ad147ea646d808";

    [Theory]
    [InlineData("tiny_1.6.5.orig.tar.gz", "1.6.5")]
    [InlineData("tiny_3.5.2+dfsg.orig.tar.xz", "3.5.2")]
    [InlineData("tiny_1.1.1+2020-10-20.orig.tar.gz", "1.1.1")]
    [InlineData("tiny_0.2.0+git20211101.d7d10f2.orig.tar.gz", "0.2.0")]
    [InlineData("tiny_1.7~rc1.orig.tar.bz2", "1.7~rc1")]
    [InlineData("tiny_1.6.5.orig-docs.tar.gz", null)]
    [InlineData("tiny_1.6.5-1.debian.tar.xz", null)]
    [InlineData("tiny_1.6.5-1.dsc", null)]
    public async Task Upstreams_archive_is_told_from_other_files_and_so_is_its_version(string file, string? version)
    {
        var sources = await ReadAsync($"Package: tiny\nBinary: postgresql-17-tiny\nDirectory: pool/main/t/tiny\nChecksums-Sha256:\n {Hash} 55919 {file}\n\nPackage: other\nDirectory: x\n");
        Assert.Equal(version, sources.SingleOrDefault()?.Version);
        if (sources is [var source])
            Assert.Equal((new Place.Pool("debian", RelativePath.Parse($"pool/main/t/tiny/{file}")), Digest.Parse($"{Hash}/55919"), "sid"), (source.Place, source.Content, source.Suite));
    }

    [Theory]
    [InlineData("1.7~rc1", true)]
    [InlineData("1.7beta2", true)]
    [InlineData("1.7", false)]
    public void Pre_releases_are_told_apart(string version, bool isPreRelease) =>
        Assert.Equal(isPreRelease, new DebianSource("tiny", version, new Place.Pool("debian", RelativePath.Parse("x")), Digest.Empty, "sid").IsPreRelease);

    [Theory]
    [InlineData("Package: tiny\nDirectory: pool/main/t/tiny\n")]
    [InlineData("Package: tiny\nChecksums-Sha256:\n nothing\n")]
    [InlineData("no field\n")]
    public Task An_index_that_cannot_be_read_is_refused(string text) => Assert.ThrowsAsync<FormatException>(() => ReadAsync(text));

    private static async Task<IReadOnlyList<DebianSource>> ReadAsync(string text)
    {
        using var reader = new StringReader(text);
        return await DebianSources.ReadAsync(reader, new DebianSuite("debian", "sid", "main", Keyring.Parse(File.ReadAllBytes(RepositoryFiles.At("index/platforms/keyrings/debian-archive.gpg")), "debian")), new HashSet<string>(StringComparer.Ordinal) { "tiny" }, TestContext.Current.CancellationToken);
    }
}
