using System.IO.Compression;
using Monogres.Packaging.Deb;

namespace Monogres.Packaging.Tests.Deb;

public class StoredGzipTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(200_000)]
    public void Whoever_reads_gzip_reads_what_was_stored(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++)
            content[i] = (byte)(i * 31 >> 3);
        var file = StoredGzip.Of(content);
        using var read = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress))
            gzip.CopyTo(read);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public void The_header_has_neither_name_nor_time() => Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3], StoredGzip.Of("text"u8)[..10]);
}
