using System.IO.Pipelines;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Packaging.Formats;

/// <summary>Puts what a writer writes into a store that wants to know the digest first.</summary>
public static class WrittenBlobs
{
    /// <summary>
    /// Stores what is written, and returns its digest. It is written twice, the first time only to be hashed: a second pass
    /// costs less than a copy on disk, and most of what is written is in the store already.
    /// </summary>
    /// <param name="blobs">Where it goes.</param>
    /// <param name="write">Writes the same bytes each time.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    public static async Task<Digest> PutWrittenAsync(this IBlobStore blobs, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        Digest digest;
        var hashing = new HashingStream(Stream.Null);
        await using (hashing)
        {
            await write(hashing, cancel);
            digest = hashing.ToDigest();
        }

        if (await blobs.ContainsAsync(digest, cancel))
            return digest;

        var pipe = new Pipe();
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writing = WriteAsync();
        try
        {
            await blobs.PutAsync(digest, pipe.Reader.AsStream(), cancel);
        }
        finally
        {
            // A reader that gave up must not leave the writer waiting for room.
            await pipe.Reader.CompleteAsync();
            await stopped.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return digest;

        async Task WriteAsync()
        {
            try
            {
                await write(pipe.Writer.AsStream(leaveOpen: true), stopped.Token);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception e)
            {
                await pipe.Writer.CompleteAsync(e);
            }
        }
    }
}
