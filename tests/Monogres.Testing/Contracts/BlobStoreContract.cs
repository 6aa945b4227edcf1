using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Contracts;

/// <summary>What every blob store promises. A test class inherits it for each implementation and decorator.</summary>
public abstract class BlobStoreContract
{
    private static readonly byte[] Short = "a short blob"u8.ToArray();

    /// <summary>The store under test; the same one at each call within a test.</summary>
    protected abstract IBlobStore Store { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_empty_blob_is_always_here()
    {
        Assert.True(await Store.ContainsAsync(Digest.Empty, Cancel));
        Assert.Empty(await Store.ReadAllAsync(Digest.Empty, Cancel));
        Assert.Equal(Digest.Empty, await Store.PutAsync(ReadOnlyMemory<byte>.Empty, Cancel));
    }

    [Fact]
    public async Task What_was_put_can_be_read()
    {
        var digest = await Store.PutAsync(Short, Cancel);
        Assert.Equal(Digest.Of(Short), digest);
        Assert.True(await Store.ContainsAsync(digest, Cancel));
        Assert.Equal(Short, await Store.ReadAllAsync(digest, Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024 - 1)]
    [InlineData(128 * 1024)]
    [InlineData(128 * 1024 + 1)]
    [InlineData(1_000_003)]
    public async Task A_stream_of_any_length_is_stored_whole(int length)
    {
        var content = Bytes(length);
        using var stream = new DribblingStream(content);
        await Store.PutAsync(Digest.Of(content), stream, Cancel);
        Assert.Equal(content, await Store.ReadAllAsync(Digest.Of(content), Cancel));
    }

    [Fact]
    public async Task Many_blobs_are_asked_for_at_once()
    {
        var here = await Store.PutAsync(Short, Cancel);
        Digest[] missing = [Digest.Of("never stored"u8), here with { Size = here.Size + 1 }];
        Assert.Equal(missing.ToHashSet(), await Store.FindMissingAsync([here, .. missing, Digest.Empty, here, .. missing], Cancel));
        Assert.Empty(await Store.FindMissingAsync([], Cancel));
    }

    [Fact]
    public async Task A_stream_is_stored_from_its_position()
    {
        using var stream = new MemoryStream([.. "skipped"u8, .. Short]);
        stream.Position = "skipped"u8.Length;
        await Store.PutAsync(Digest.Of(Short), stream, Cancel);
        Assert.Equal(Short, await Store.ReadAllAsync(Digest.Of(Short), Cancel));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(700_000)]
    public async Task Content_with_another_digest_than_expected_is_not_stored(int length)
    {
        var content = Bytes(length);
        var expected = Digest.Of("something else"u8);
        using var stream = new MemoryStream(content);
        var thrown = await Assert.ThrowsAsync<DigestMismatchException>(async () => await Store.PutAsync(expected, stream, Cancel));
        Assert.Equal((expected, Digest.Of(content)), (thrown.Expected, thrown.Actual));
        Assert.False(await Store.ContainsAsync(expected, Cancel));
        Assert.False(await Store.ContainsAsync(Digest.Of(content), Cancel));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(700_000)]
    public async Task Other_content_than_expected_is_noticed_when_the_expected_blob_is_here_already(int length)
    {
        var digest = await Store.PutAsync(Short, Cancel);
        using var stream = new MemoryStream(Bytes(length));
        await Assert.ThrowsAsync<DigestMismatchException>(async () => await Store.PutAsync(digest, stream, Cancel));
        Assert.Equal(Short, await Store.ReadAllAsync(digest, Cancel));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(700_000)]
    public async Task The_expected_content_is_stored(int length)
    {
        var content = Bytes(length);
        for (var again = 0; again < 2; again++)
        {
            using var stream = new MemoryStream(content);
            await Store.PutAsync(Digest.Of(content), stream, Cancel);
        }

        Assert.Equal(content, await Store.ReadAllAsync(Digest.Of(content), Cancel));
    }

    [Fact]
    public async Task A_blob_that_is_not_here_is_missing()
    {
        var digest = Digest.Of("never stored"u8);
        Assert.False(await Store.ContainsAsync(digest, Cancel));
        var thrown = await Assert.ThrowsAsync<BlobMissingException>(async () => await Store.OpenAsync(digest, Cancel));
        Assert.Equal(digest, thrown.Digest);
    }

    [Fact]
    public async Task A_digest_with_another_size_is_another_blob()
    {
        var digest = await Store.PutAsync(Short, Cancel);
        var other = digest with { Size = digest.Size + 1 };
        Assert.False(await Store.ContainsAsync(other, Cancel));
        await Assert.ThrowsAsync<BlobMissingException>(async () => await Store.OpenAsync(other, Cancel));
        Assert.Equal(Short, await Store.ReadAllAsync(digest, Cancel));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500_000)]
    public async Task A_stream_that_breaks_leaves_nothing(int before)
    {
        var content = Bytes(before);
        using var stream = new BreakingStream(content);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Store.PutAsync(Digest.Of(Bytes(before + 1)), stream, Cancel));
        Assert.False(await Store.ContainsAsync(Digest.Of(content), Cancel));
    }

    [Fact]
    public async Task Many_may_put_and_read_the_same_blobs_at_once()
    {
        var contents = Enumerable.Range(0, 20).Select(i => Bytes(1000 * i + i)).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, cancel) =>
        {
            var content = contents[i % contents.Length];
            var digest = await Store.PutAsync(content, cancel);
            Assert.Equal(content, await Store.ReadAllAsync(digest, cancel));
        });
    }

    /// <summary>Bytes that look random and are always the same.</summary>
    protected static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Yields a few bytes at a time, as networks do.</summary>
    protected sealed class DribblingStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 40_000)], cancellationToken);
    }

    /// <summary>Fails instead of ending.</summary>
    protected sealed class BreakingStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var count ? count : throw new InvalidOperationException("broken");
    }
}
