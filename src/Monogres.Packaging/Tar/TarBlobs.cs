using System.IO.Pipelines;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Tar;

/// <summary>Archives of stored trees, as blobs of the same store. They are streamed: of no file more than a buffer is in memory.</summary>
public static class TarBlobs
{
    /// <summary>Stores the canonical archive of a tree, from its root on.</summary>
    /// <param name="blobs">Has the tree, and gets the archive.</param>
    /// <param name="tree">What is archived.</param>
    /// <param name="time">The modification time of every entry.</param>
    /// <param name="overrides">Entries with another mode or owner, by path; null when there are none.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    public static async Task<Digest> PutTarAsync(
        this IIngestingBlobStore blobs, Digest tree, DateTimeOffset time, IReadOnlyDictionary<RelativePath, TarAttributes>? overrides, CancellationToken cancel)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writing = WriteAsync(blobs, tree, pipe.Writer, output => new CanonicalTarWriter(output, time, overrides), stop.Token);
        try
        {
            // A failure of the writer reaches the reader through the pipe, so that the store never takes half an archive.
            return await blobs.PutAsync(pipe.Reader.AsStream(), cancel);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await stop.CancelAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(IBlobStore blobs, Digest tree, PipeWriter pipe, Func<Stream, CanonicalTarWriter> writer, CancellationToken cancel)
    {
        try
        {
            await WriteTreeAsync(writer(pipe.AsStream(leaveOpen: true)), blobs, tree, cancel);
            await pipe.CompleteAsync();
        }
#pragma warning disable CA1031 // Passed on through the pipe, whoever reads it.
        catch (Exception trouble)
#pragma warning restore CA1031
        {
            await pipe.CompleteAsync(trouble);
        }
    }

    private static async Task WriteTreeAsync(CanonicalTarWriter tar, IBlobStore blobs, Digest tree, CancellationToken cancel)
    {
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            switch (entry)
            {
                case TreeEntry.Directory:
                    await tar.WriteDirectoryAsync(entry.Path, cancel);
                    break;
                case TreeEntry.Symlink link:
                    await tar.WriteSymlinkAsync(entry.Path, link.Target, cancel);
                    break;
                case TreeEntry.File file:
                    var content = await blobs.OpenAsync(file.Content, cancel);
                    await using (content)
                        await tar.WriteFileAsync(entry.Path, file.Executable, file.Content.Size, content, cancel);
                    break;
            }
        }

        await tar.CompleteAsync(cancel);
    }
}
