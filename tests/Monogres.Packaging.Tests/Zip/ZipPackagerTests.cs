using System.IO.Compression;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Zip;
using Monogres.Testing.Properties;

namespace Monogres.Packaging.Tests.Zip;

public class ZipPackagerTests
{
    private const string Name = SmallPayload.Name;

    private readonly SmallPacking _packing = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<byte[]> PackAsync(TestTree payload) =>
        (await _packing.PackAsync(new ZipPackager(), SmallPayload.Of(await SmallPayload.StepAsync(payload, _packing.Engine.Blobs, Cancel)), Cancel))[$"{Name}.zip"];

    [Fact]
    public async Task Another_reader_finds_every_entry_with_its_content_kind_mode_and_time()
    {
        using var zip = new ZipArchive(new MemoryStream(await PackAsync(SmallPayload.Files.WithFile($"{SmallPayload.Prefix}/share/empty", "").WithDirectory($"{SmallPayload.Prefix}/none"))));
        Assert.Equal(
            [
                $"{Name}/ 40755 ", $"{Name}/bin/ 40755 ", $"{Name}/bin/postgres 100755 a program", $"{Name}/bin/postmaster 120777 postgres",
                $"{Name}/none/ 40755 ", $"{Name}/share/ 40755 ", $"{Name}/share/conf.sample 100644 port = 5432\n",
                $"{Name}/share/doc/ 40755 ", $"{Name}/share/doc/postgres/ 40755 ", $"{Name}/share/doc/postgres/COPYRIGHT 100644 Anyone may do anything.\n", $"{Name}/share/empty 100644 ",
            ],
            zip.Entries.Where(entry => entry.Name is not "monogres.json").Select(entry => $"{entry.FullName} {Convert.ToString((int)((uint)entry.ExternalAttributes >> 16), 8)} {Text(entry)}"));
        Assert.Every(zip.Entries, entry => Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Unspecified), entry.LastWriteTime.DateTime));
    }

    [Fact]
    public async Task Names_are_utf_8()
    {
        using var zip = new ZipArchive(new MemoryStream(await PackAsync(new TestTree().WithFile($"{SmallPayload.Prefix}/größe/データ", "x"))));
        Assert.Contains($"{Name}/größe/データ", zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task A_file_larger_than_any_buffer_comes_back_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 400_000).Select(line => $"{line}\n"));
        using var zip = new ZipArchive(new MemoryStream(await PackAsync(new TestTree().WithFile($"{SmallPayload.Prefix}/large", text))));
        Assert.Equal(text, Text(zip.GetEntry($"{Name}/large")!));
    }

    [Fact]
    public async Task What_is_not_what_gzip_gives_is_refused()
    {
        var content = Encoding.ASCII.GetBytes("text");
        foreach (var bad in new byte[][] { [], [1, 2, 3], [0x1f, 0x8b, 8, 8, .. new byte[20]], [0x1f, 0x8b, 8, 0, .. new byte[20]] })
        {
            var zip = new CanonicalZipWriter(new MemoryStream(), DateTimeOffset.UnixEpoch);
            await Assert.ThrowsAsync<InvalidDataException>(() => zip.WriteFileAsync(RelativePath.Parse("a"), executable: false, content.Length, new MemoryStream(bad), bad.Length, Cancel));
        }
    }

    /// <summary>The container alone: what the stand-in of gzip writes may change with the runtime.</summary>
    [Fact]
    public async Task The_container_is_the_same_everywhere_and_always()
    {
        using var output = new MemoryStream();
        var zip = new CanonicalZipWriter(output, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await zip.WriteDirectoryAsync(RelativePath.Parse("a"), Cancel);
        await zip.WriteSymlinkAsync(RelativePath.Parse("a/link"), "file", Cancel);

        // One stored block with `hello` (RFC 1951, 3.2.4) in the frame of RFC 1952.
        byte[] gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xfa, 0xff, .. "hello"u8, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0];
        await zip.WriteFileAsync(RelativePath.Parse("a/file"), executable: true, 5, new MemoryStream(gzip), gzip.Length, Cancel);
        await zip.CompleteAsync(Cancel);
        Assert.Equal("d5344a4e812f99a3c7b0f0dd209db77d1e8ebff48616d211ee56a1455f257720/292", Digest.Of(output.ToArray()).ToString());

        output.Position = 0;
        using var read = new ZipArchive(output);
        Assert.Equal("hello", Text(read.Entries[2]));
    }

    [Fact]
    public async Task An_archive_that_the_format_cannot_hold_is_refused()
    {
        var zip = new CanonicalZipWriter(Stream.Null, DateTimeOffset.UnixEpoch);
        for (var entry = 0; entry < ushort.MaxValue - 1; entry++)
            await zip.WriteDirectoryAsync(RelativePath.Parse($"{entry}"), Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => zip.WriteDirectoryAsync(RelativePath.Parse("more"), Cancel));
        Assert.Equal("the archive is too large for the zip format at `more/`", error.Message);
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
