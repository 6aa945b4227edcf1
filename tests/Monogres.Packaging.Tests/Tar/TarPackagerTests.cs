using System.Formats.Tar;
using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Tar;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Tar;

public class TarPackagerTests
{
    private const string Name = SmallPayload.Name;

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payload_is_one_top_directory_with_what_is_below_its_prefix() => Assert.Equal(
        [$"{Name}/", $"{Name}/bin/", $"{Name}/bin/postgres", $"{Name}/bin/postmaster", $"{Name}/share/", $"{Name}/share/conf.sample"],
        NamesIn(await PackAsync(await SmallPayload.PutAsync(_blobs, Cancel))));

    [Fact]
    public async Task Debug_information_is_a_package_of_its_own_from_the_root_on()
    {
        var tree = await new TestTree().WithFile(".build-id/ab/cd.debug", "debug information").PutAsync(_blobs, Cancel);
        var request = SmallPayload.Of(tree) with { Part = PackagePart.Symbols, Prefix = RelativePath.Root };
        Assert.Equal($"{Name}-symbols.tar", new TarPackager(_blobs).FileNameOf(request));
        Assert.Equal(
            [$"{Name}-symbols/", $"{Name}-symbols/.build-id/", $"{Name}-symbols/.build-id/ab/", $"{Name}-symbols/.build-id/ab/cd.debug"],
            NamesIn(await PackAsync(request)));
    }

    [Theory]
    [InlineData("postgres@15.18+full", "debian12-amd64", "gcc", "postgres-15.18-full-debian12-amd64.tar")]
    [InlineData("pgvector@0.8.0/postgres@17.11+minimal", "debian11-arm64", "llvm", "pgvector-0.8.0-postgres-17.11-minimal-debian11-arm64-llvm.tar")]
    public void A_file_is_named_after_its_target(string name, string platform, string toolchain, string file) => Assert.Equal(file,
        new TarPackager(_blobs).FileNameOf(SmallPayload.Of(Digest.Empty) with { Target = new TargetId(TargetName.Parse(name), PlatformName.Parse(platform), toolchain) }));

    [Fact]
    public async Task The_same_payload_gives_the_same_bytes_and_another_date_others()
    {
        var request = await SmallPayload.PutAsync(_blobs, Cancel);
        Assert.Equal(await PackAsync(request), await PackAsync(request));
        Assert.NotEqual(await PackAsync(request), await PackAsync(request with { SourceDate = request.SourceDate.AddSeconds(1) }));
    }

    private async Task<byte[]> PackAsync(PackageRequest request)
    {
        using var output = new MemoryStream();
        await new TarPackager(_blobs).WriteAsync(request, output, Cancel);
        Assert.True(output.CanWrite, "the stream belongs to the caller");
        return output.ToArray();
    }

    private static List<string> NamesIn(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive));
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }
}
