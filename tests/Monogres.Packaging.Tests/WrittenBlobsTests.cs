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
    public async Task A_writer_that_fails_stores_nothing_and_its_error_is_told()
    {
        await Assert.ThrowsAsync<IOException>(() => _blobs.PutWrittenAsync(
            async (output, stop) =>
            {
                await output.WriteAsync(new byte[100_000], stop);
                throw new IOException("gone");
            },
            Cancel));
        Assert.False(await _blobs.ContainsAsync(Digest.Of(new byte[100_000]), Cancel));
    }

    [Fact]
    public async Task A_store_that_gives_up_does_not_leave_the_writer_waiting()
    {
        using var stopped = new CancellationTokenSource();
        var ended = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _blobs.PutWrittenAsync(
            async (output, stop) =>
            {
                await stopped.CancelAsync();
                try
                {
                    while (true)
                    {
                        stop.ThrowIfCancellationRequested();
                        await output.WriteAsync(new byte[100_000], stop);
                    }
                }
                finally
                {
                    ended = true;
                }
            },
            stopped.Token));
        Assert.True(ended);
    }
}
