using Monogres.Store.Archives;

namespace Monogres.Platforms.Tests.Archives;

public class DecompressionTests
{
    public static TheoryData<Compression> Compressions => [Compression.Gzip, Compression.Bzip2, Compression.Xz, Compression.Zstd];

    [Theory]
    [MemberData(nameof(Compressions))]
    [InlineData(Compression.None)]
    public async Task The_content_is_found_by_its_first_bytes_and_read(Compression compression) =>
        Assert.Equal(CompressedFixtures.Text, await ReadAsync(CompressedFixtures.CompressedText(compression)));

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Reading_without_waiting_gives_the_same(Compression compression)
    {
        using var stream = Decompression.Open(new MemoryStream(CompressedFixtures.CompressedText(compression)), compression, ArchiveLimits.Default);
        using var copy = new MemoryStream();
        stream.CopyTo(copy, 7);
        Assert.Equal(CompressedFixtures.Text, copy.ToArray());
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Streams_after_each_other_are_one_content(Compression compression)
    {
        var once = CompressedFixtures.CompressedText(compression);
        byte[] twice = [.. CompressedFixtures.Text, .. CompressedFixtures.Text];
        Assert.Equal(twice, await ReadAsync([.. once, .. once]));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_truncated_stream_is_refused_wherever_it_is_cut(Compression compression)
    {
        var whole = CompressedFixtures.CompressedText(compression);
        for (var length = 0; length < whole.Length; length += length < 20 || length > whole.Length - 20 ? 1 : 7)
            await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(whole[..length], compression));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_damaged_stream_is_refused(Compression compression)
    {
        // In the middle: content, which every one of these formats guards with a checksum.
        var bytes = CompressedFixtures.CompressedText(compression);
        bytes[bytes.Length / 2] ^= 0x40;
        await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(bytes, compression));
    }

    [Theory]
    [InlineData(Compression.Bzip2)]
    [InlineData(Compression.Xz)]
    [InlineData(Compression.Zstd)]
    public async Task What_follows_the_stream_is_refused(Compression compression) =>
        await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync([.. CompressedFixtures.CompressedText(compression), .. "something else"u8], compression));

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_stream_that_is_cut_off_after_a_whole_one_is_refused(Compression compression)
    {
        var once = CompressedFixtures.CompressedText(compression);
        byte[] twice = [.. once, .. once];
        for (var length = once.Length + (compression == Compression.Gzip ? 2 : 1); length < twice.Length; length += length < once.Length + 20 || length > twice.Length - 20 ? 1 : 7)
            await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(twice[..length], compression));
    }

    [Fact]
    public async Task Xz_streams_may_be_padded_by_fours()
    {
        var once = CompressedFixtures.CompressedText(Compression.Xz);
        byte[] twice = [.. CompressedFixtures.Text, .. CompressedFixtures.Text];
        Assert.Equal(twice, await ReadAsync([.. once, 0, 0, 0, 0, .. once, 0, 0, 0, 0, 0, 0, 0, 0]));
        await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync([.. once, 0, 0, 0]));
        await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync([.. once, 0, 0, .. once]));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Whatever_is_done_to_a_stream_it_gives_its_content_or_is_refused(Compression compression)
    {
        var whole = CompressedFixtures.CompressedText(compression);
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var mangled = (byte[])whole.Clone();
            for (var change = random.Next(1, 9); change > 0; change--)
                mangled[random.Next(mangled.Length)] = (byte)random.Next(256);
            try
            {
                Assert.Equal(CompressedFixtures.Text, await ReadAsync(mangled, compression));
            }
            catch (ArchiveException)
            {
                // Refused.
            }
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_bomb_is_refused_by_its_ratio(Compression compression)
    {
        var bomb = CompressedFixtures.CompressedZeros(compression);
        var error = await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(bomb, compression, new ArchiveLimits { MaxRatio = 100, RatioFloor = 100_000 }));
        Assert.Equal("the archive unpacks to more than 100 times its size, as only a decompression bomb does", error.Message);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_bomb_is_refused_by_its_size(Compression compression)
    {
        var bomb = CompressedFixtures.CompressedZeros(compression);
        var error = await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(bomb, compression, new ArchiveLimits { MaxBytes = 1_000_000 }));
        Assert.Equal("the archive unpacks to more than the limit of 1000000 bytes", error.Message);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Few_bytes_may_have_any_ratio(Compression compression) =>
        Assert.Equal(4 << 20, (await ReadAsync(CompressedFixtures.CompressedZeros(compression))).Length);

    private static async Task<byte[]> ReadAsync(byte[] bytes, Compression? compression = null, ArchiveLimits? limits = null)
    {
        limits ??= ArchiveLimits.Default;
        await using var stream = compression is { } known
            ? Decompression.Open(new MemoryStream(bytes), known, limits)
            : await Decompression.OpenAsync(new MemoryStream(bytes), limits, CancellationToken.None);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, 1000);
        return copy.ToArray();
    }
}
