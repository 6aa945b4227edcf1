using Monogres.Store.Archives;

namespace Monogres.Platforms.Tests.Archives;

/// <summary>What goes to a network compressed comes out there as it was.</summary>
public sealed class ZstdCompressedTests
{
    private const int Piece = 256 << 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData(3 * Piece)]
    [InlineData(1_234_567)]
    public async Task What_was_compressed_is_unpacked_as_it_was(int size)
    {
        foreach (var content in new[] { Text(size), Noise(size) })
        {
            var compressed = await CompressAsync(content);
            using var unpacked = Decompression.Open(new MemoryStream(compressed), Compression.Zstd, ArchiveLimits.Default);
            Assert.Equal(content, await AllAsync(unpacked));
        }
    }

    [Fact]
    public async Task The_same_content_is_compressed_to_the_same_bytes_however_it_is_read()
    {
        var content = Text(1_234_567);
        var first = await CompressAsync(content);
        Assert.InRange(first.Length, 1, content.Length / 2);
        using var plain = new MemoryStream(content);
        using var compressed = new ZstdCompressed(plain);
        var second = new byte[first.Length];
        for (var at = 0; at < second.Length;)
            at += await compressed.ReadAsync(second.AsMemory(at, Math.Min(777, second.Length - at)), Cancel);
        Assert.Equal(0, await compressed.ReadAsync(new byte[1], Cancel));
        Assert.Equal(first, second);
    }

    private static byte[] Text(int size) => [.. Enumerable.Range(0, size).Select(i => "select 1 from pg_class;\n"u8[(i * 7 / 3) % 24])];

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> CompressAsync(byte[] content)
    {
        using var plain = new MemoryStream(content);
        using var compressed = new ZstdCompressed(plain);
        return await AllAsync(compressed);
    }

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancel);
        return all.ToArray();
    }
}
