using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests;

public class WrittenBlobsTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(5_000_000)]
    public async Task What_is_written_is_stored_under_its_digest(int length)
    {
        var content = Enumerable.Range(0, length).Select(at => (byte)at).ToArray();
        var digest = await _blobs.PutWrittenAsync((output, stop) => output.WriteAsync(content, stop).AsTask(), Cancel);
        Assert.Equal(Digest.Of(content), digest);
        Assert.Equal(content, await _blobs.ReadAllAsync(digest, Cancel));
    }

    [Fact]
    public async Task What_is_stored_already_is_written_once_only_to_be_hashed()
    {
        var times = 0;
        for (var i = 0; i < 2; i++)
            await _blobs.PutWrittenAsync(Write, Cancel);
        Assert.Equal(3, times);

        async Task Write(Stream output, CancellationToken stop)
        {
            times++;
            await output.WriteAsync("same"u8.ToArray(), stop);
        }
    }

    [Fact]
    public async Task A_writer_that_fails_the_second_time_stores_nothing()
    {
        var times = 0;
        await Assert.ThrowsAsync<IOException>(() => _blobs.PutWrittenAsync(
            async (output, stop) =>
            {
                await output.WriteAsync(new byte[100_000], stop);
                if (++times == 2)
                    throw new IOException("gone");
            },
            Cancel));
        Assert.False(await _blobs.ContainsAsync(Digest.Of(new byte[100_000]), Cancel));
    }

    [Fact]
    public async Task A_writer_that_writes_something_else_the_second_time_is_refused()
    {
        var times = 0;
        await Assert.ThrowsAsync<DigestMismatchException>(() => _blobs.PutWrittenAsync((output, stop) => output.WriteAsync(new byte[200_000 + times++], stop).AsTask(), Cancel));
    }
}
