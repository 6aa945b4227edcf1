using System.IO.Pipelines;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Packaging.Formats;

/// <summary>Puts what a writer writes into a store, while it is written.</summary>
public static class WrittenBlobs
{
    /// <summary>Stores what is written, and returns its digest.</summary>
    /// <param name="blobs">Where it goes.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    public static async Task<Digest> PutWrittenAsync(this IIngestingBlobStore blobs, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writing = WriteAsync();
        try
        {
            // A failure of the writer reaches the reader through the pipe, so that the store never takes half of it.
            return await blobs.PutAsync(pipe.Reader.AsStream(), cancel);
        }
        finally
        {
            // A reader that gave up must not leave the writer waiting for room.
            await pipe.Reader.CompleteAsync();
            await stop.CancelAsync();
            await writing;
        }

        async Task WriteAsync()
        {
            try
            {
                await write(pipe.Writer.AsStream(leaveOpen: true), stop.Token);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception trouble)
            {
                await pipe.Writer.CompleteAsync(trouble);
            }
        }
    }
}
