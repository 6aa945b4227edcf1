using Monogres.Core;
using Monogres.Packaging.Formats;
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
    public static Task<Digest> PutTarAsync(
        this IIngestingBlobStore blobs, Digest tree, DateTimeOffset time, IReadOnlyDictionary<RelativePath, TarAttributes>? overrides, CancellationToken cancel) =>
        blobs.PutWrittenAsync(
            async (output, stop) =>
            {
                var tar = new CanonicalTarWriter(output, time, overrides);
                await tar.WriteTreeAsync(blobs, tree, RelativePath.Root, stop);
                await tar.CompleteAsync(stop);
            },
            cancel);

    /// <summary>Writes the entries of a tree.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="blobs">Has the tree.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="top">The directory of the archive that they go into; it is written before by the caller.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task WriteTreeAsync(this CanonicalTarWriter tar, IBlobStore blobs, Digest tree, RelativePath top, CancellationToken cancel)
    {
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            var path = top.Combine(entry.Path);
            switch (entry)
            {
                case TreeEntry.Directory:
                    await tar.WriteDirectoryAsync(path, cancel);
                    break;

                case TreeEntry.Symlink link:
                    await tar.WriteSymlinkAsync(path, link.Target, cancel);
                    break;

                case TreeEntry.File file:
                    var content = await blobs.OpenAsync(file.Content, cancel);
                    await using (content)
                        await tar.WriteFileAsync(path, file.Executable, file.Content.Size, content, cancel);
                    break;
            }
        }
    }
}
