using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Contracts;

/// <summary>What a store of this process or machine promises besides.</summary>
public abstract class LocalBlobStoreContract : BlobStoreContract
{
    /// <summary>The store under test; the same one at each call within a test.</summary>
    protected abstract ILocalBlobStore Local { get; }

    protected sealed override IBlobStore Store => Local;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024)]
    [InlineData(1_000_003)]
    public async Task A_stream_whose_digest_is_not_known_is_stored_whole(int length)
    {
        var content = Bytes(length);
        using var stream = new DribblingStream(content);
        var digest = await Local.PutAsync(stream, Cancel);
        Assert.Equal(Digest.Of(content), digest);
        Assert.Equal(content, await Local.ReadAllAsync(digest, Cancel));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500_000)]
    public async Task A_stream_whose_digest_is_not_known_leaves_nothing_when_it_breaks(int before)
    {
        var content = Bytes(before);
        using var stream = new BreakingStream(content);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Local.PutAsync(stream, Cancel));
        Assert.False(await Local.ContainsAsync(Digest.Of(content), Cancel));
    }

    [Fact]
    public async Task A_dropped_blob_is_missing_and_can_be_had_again()
    {
        var digest = await Local.PutAsync("a blob"u8.ToArray(), Cancel);
        Local.Drop(digest);
        Local.Drop(digest);
        Local.Drop(Digest.Empty);
        Assert.Equal([digest], await Local.FindMissingAsync([digest, Digest.Empty], Cancel));

        await Local.PutAsync("a blob"u8.ToArray(), Cancel);
        Assert.True(await Local.ContainsAsync(digest, Cancel));
    }
}
