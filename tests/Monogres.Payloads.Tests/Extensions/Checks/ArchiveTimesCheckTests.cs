using System.Formats.Tar;
using System.IO.Compression;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public sealed class ArchiveTimesCheckTests
{
    private static readonly DateOnly Built = new(2026, 11, 28);
    private static readonly DateTimeOffset Then = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 7, 0, 0, TimeSpan.Zero);

    private static string[] Find(byte[] content) => Payloads.Find<ArchiveTimesCheck>(Payloads.Of(new InstalledFile(RelativePath.Parse("share/data"), content, Elf: null, Symbols: null)) with { BuiltOn = Built });

    private static byte[] Tar(DateTimeOffset time)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "old") { ModificationTime = Then, DataStream = new MemoryStream([1]) });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "new") { ModificationTime = time });
        }

        return archive.ToArray();
    }

    private static byte[] Gzip(byte[] content, DateTimeOffset? time)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        var bytes = archive.ToArray();
        BitConverter.TryWriteBytes(bytes.AsSpan(4), (uint)(time?.ToUnixTimeSeconds() ?? 0));
        return bytes;
    }

    private static byte[] Zip(DateTimeOffset time)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("file").LastWriteTime = time;
        return archive.ToArray();
    }

    [Fact]
    public void The_time_of_the_build_is_found_in_every_kind_of_archive()
    {
        string[] found = ["error archive-times: share/data: it is an archive with the time of the build in it"];
        Assert.Equal(found, Find(Tar(Now)));
        Assert.Equal(found, Find(Gzip("text"u8.ToArray(), Now)));
        Assert.Equal(found, Find(Gzip(Tar(Now), time: null)));
        Assert.Equal(found, Find(Zip(Now)));
    }

    [Fact]
    public void Older_times_and_none_pass()
    {
        Assert.Empty(Find(Tar(Then)));
        Assert.Empty(Find(Gzip(Tar(Then), time: null)));
        Assert.Empty(Find(Gzip("text"u8.ToArray(), Then)));
        Assert.Empty(Find(Zip(Then)));
    }

    [Fact]
    public void What_only_begins_like_an_archive_passes()
    {
        foreach (var whole in new[] { Tar(Then), Gzip(Tar(Then), Then), Zip(Then) })
        {
            for (var length = 0; length < whole.Length; length += 7)
                Assert.Empty(Find(whole[..length]));
        }
    }
}
