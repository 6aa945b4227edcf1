using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Store.Trees;

/// <summary>Whether all blobs of stored trees are there. Directories are read, files only asked for, many at a time.</summary>
public static class TreeBlobs
{
    // Well below the 4 MB that a message of a network store may have.
    private const int Batch = 4096;

    /// <summary>The blobs of a tree that are not in the store: files, and directories with all that only they name.</summary>
    public static ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IBlobStore store, Digest root, CancellationToken cancel) => FindMissingAsync(store, [root], [], cancel);

    /// <summary>The blobs of several trees, and single ones, that are not in the store.</summary>
    internal static async ValueTask<IReadOnlySet<Digest>> FindMissingAsync(
        IBlobStore store, IEnumerable<Digest> roots, IEnumerable<Digest> files, CancellationToken cancel)
    {
        var missing = new HashSet<Digest>();
        var (seen, pending, asked) = (new HashSet<Digest>(), new Stack<Digest>(), new HashSet<Digest>(files));
        foreach (var root in roots.Where(seen.Add))
            pending.Push(root);

        var batch = asked.ToList();
        while (pending.TryPop(out var directory))
        {
            if (await TryReadAsync(store, directory, cancel) is not { } message)
            {
                missing.Add(directory);
                continue;
            }

            batch.AddRange(message.Files.Select(file => file.Digest.ToDigest()).Where(asked.Add));
            foreach (var child in message.Directories.Select(child => child.Digest.ToDigest()).Where(seen.Add))
                pending.Push(child);
            if (batch.Count < Batch)
                continue;

            missing.UnionWith(await store.FindMissingAsync(batch, cancel));
            batch.Clear();
        }

        if (batch.Count > 0)
            missing.UnionWith(await store.FindMissingAsync(batch, cancel));
        return missing;
    }

    private static async ValueTask<Wire.Directory?> TryReadAsync(IBlobStore store, Digest directory, CancellationToken cancel)
    {
        try
        {
            return await store.ReadMessageAsync(Wire.Directory.Parser, directory, cancel);
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }
}
