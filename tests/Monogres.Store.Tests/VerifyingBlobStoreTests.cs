using Monogres.Core;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests;

public class VerifyingBlobStoreTests
{
    private readonly MemoryBlobStore _inner = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("other")]
    [InlineData("sho")]
    [InlineData("longer than it was")]
    [InlineData("")]
    public async Task A_damaged_blob_is_said_and_dropped(string found)
    {
        var digest = await _inner.PutAsync("right"u8.ToArray(), Cancel);
        _inner.Damage(digest, [.. System.Text.Encoding.ASCII.GetBytes(found)]);
        var store = new VerifyingBlobStore(_inner);
        await using var stream = await store.OpenAsync(digest, Cancel);

        var thrown = await Assert.ThrowsAsync<BlobMissingException>(() => stream.CopyToAsync(Stream.Null, Cancel));

        Assert.Equal($"blob {digest} is damaged", thrown.Message);
        Assert.False(await store.ContainsAsync(digest, Cancel));
    }

    [Fact]
    public async Task The_last_bytes_of_a_damaged_blob_are_never_handed_out()
    {
        var digest = await _inner.PutAsync("right"u8.ToArray(), Cancel);
        _inner.Damage(digest, "wrong"u8.ToArray());
        await using var stream = await new VerifyingBlobStore(_inner).OpenAsync(digest, Cancel);
        Assert.Throws<BlobMissingException>(() => stream.ReadExactly(new byte[5]));
    }

    [Fact]
    public async Task A_whole_blob_is_read_in_pieces()
    {
        var digest = await _inner.PutAsync("right"u8.ToArray(), Cancel);
        await using var stream = await new VerifyingBlobStore(_inner).OpenAsync(digest, Cancel);
        var bytes = new byte[5];
        stream.ReadExactly(bytes, 0, 2);
        await stream.ReadExactlyAsync(bytes.AsMemory(2), Cancel);
        Assert.Equal("right"u8.ToArray(), bytes);
        Assert.Equal(-1, stream.ReadByte());
        Assert.Equal(Digest.Of(bytes).Size, stream.Length);
    }
}
