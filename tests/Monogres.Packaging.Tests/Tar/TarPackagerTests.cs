using System.Formats.Tar;
using Monogres.Core;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Tar;

namespace Monogres.Packaging.Tests.Tar;

public class TarPackagerTests
{
    private const string Name = SmallPayload.Name;

    private readonly SmallPacking _packing = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payload_is_one_top_directory_with_what_is_below_its_prefix_and_debug_information_is_an_archive_of_its_own()
    {
        var symbols = await SmallPayload.StepAsync(SmallPayload.Symbols, _packing.Engine.Blobs, Cancel);
        var files = await _packing.PackAsync(new TarPackager(compressor: null), await SmallPayload.PutAsync(_packing.Engine.Blobs, Cancel) with { Symbols = symbols }, Cancel);
        Assert.Equal(
            [$"{Name}/", $"{Name}/bin/", $"{Name}/bin/postgres", $"{Name}/bin/postmaster", $"{Name}/share/", $"{Name}/share/conf.sample", $"{Name}/share/doc/", $"{Name}/share/doc/postgres/", $"{Name}/share/doc/postgres/COPYRIGHT", $"{Name}/share/doc/postgres/monogres.json"],
            NamesIn(files[$"{Name}.tar"]));
        Assert.Equal(
            [$"{Name}-symbols/", $"{Name}-symbols/.build-id/", $"{Name}-symbols/.build-id/ab/", $"{Name}-symbols/.build-id/ab/cd.debug", $"{Name}-symbols/monogres.json"],
            NamesIn(files[$"{Name}-symbols.tar"]));
    }

    [Theory]
    [InlineData("postgres@15.18+full", "debian12-amd64", "gcc", "postgres-15.18-full-debian12-amd64.tar")]
    [InlineData("pgvector@0.8.0/postgres@17.11+minimal", "debian11-arm64", "llvm", "pgvector-0.8.0-postgres-17.11-minimal-debian11-arm64-llvm.tar")]
    public async Task A_file_is_named_after_its_target(string name, string platform, string toolchain, string file)
    {
        var request = await SmallPayload.PutAsync(_packing.Engine.Blobs, Cancel) with { Target = new TargetId(TargetName.Parse(name), PlatformName.Parse(platform), toolchain) };
        Assert.Equal([file], (await _packing.PackAsync(new TarPackager(compressor: null), request, Cancel)).Keys);
    }

    /// <summary>Everyone who packs this payload gets this file: whoever changes it changes the package of everything.</summary>
    [Fact]
    public async Task The_archive_of_a_payload_is_the_same_everywhere_and_always()
    {
        var request = await SmallPayload.PutAsync(_packing.Engine.Blobs, Cancel);
        Assert.Equal("5ef85c38d8dc6f86ee32cc76e47d43346f8625b699e20e48ea88cbbdd6afa0c6/10240", Digest.Of((await _packing.PackAsync(new TarPackager(compressor: null), request, Cancel))[$"{Name}.tar"]).ToString());
        var later = request with { SourceDate = request.SourceDate.AddSeconds(1) };
        Assert.NotEqual(
            (await _packing.PackAsync(new TarPackager(compressor: null), request, Cancel))[$"{Name}.tar"],
            (await _packing.PackAsync(new TarPackager(compressor: null), later, Cancel))[$"{Name}.tar"]);
    }

    [Fact]
    public async Task A_compressed_archive_is_the_archive_compressed()
    {
        var request = await SmallPayload.PutAsync(_packing.Engine.Blobs, Cancel);
        var plain = (await _packing.PackAsync(new TarPackager(compressor: null), request, Cancel))[$"{Name}.tar"];
        var xz = (await _packing.PackAsync(new TarPackager(Compressor.Xz), request, Cancel))[$"{Name}.tar.xz"];
        Assert.Equal([.. ".xz"u8, .. plain], xz);
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
