using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Trees;

/// <summary>Brings trees and blobs of an engine into the local store, as far as they are not there. Everything is verified on the way; a part that is missing is an error, never a smaller tree.</summary>
/// <param name="local">Gets them.</param>
/// <param name="remote">Has them.</param>
public sealed class TreeDownload(IBlobStore local, RemoteBlobStore remote)
{
    private const int AtOnce = 4;

    /// <summary>Brings an output directory, which engines describe in one of two ways, or in both.</summary>
    /// <param name="output">The directory, as the engine gave it.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The root of the tree, which is complete in the local store.</returns>
    /// <exception cref="BlobMissingException">A part of it is not there, or has other content.</exception>
    /// <exception cref="RemoteException">The engine could not answer, or answered what cannot be.</exception>
    public async Task<Digest> BringAsync(Wire.OutputDirectory output, CancellationToken cancel)
    {
        if (output.RootDirectoryDigest is not null)
        {
            var root = Read(output.RootDirectoryDigest);
            await BringAsync(root, cancel);
            return root;
        }

        var message = await remote.ReadMessageAsync(Wire.Tree.Parser, Read(output.TreeDigest), cancel);
        foreach (var directory in message.Children)
            await local.PutMessageAsync(directory, cancel);
        var top = await local.PutMessageAsync(message.Root ?? new Wire.Directory(), cancel);
        await BringAsync(top, cancel);
        return top;
    }

    /// <summary>Brings a tree.</summary>
    /// <exception cref="BlobMissingException">A part of it is not there, or has other content.</exception>
    /// <exception cref="RemoteException">The engine could not answer, or answered what cannot be.</exception>
    public async Task BringAsync(Digest tree, CancellationToken cancel)
    {
        var (seen, files) = (new HashSet<Digest> { tree }, new HashSet<Digest>());
        List<Digest> level = [tree];
        while (level.Count > 0)
        {
            await BringBlobsAsync(level, cancel);
            var below = new List<Digest>();
            foreach (var directory in level)
            {
                var message = await local.ReadMessageAsync(Wire.Directory.Parser, directory, cancel);
                files.UnionWith(message.Files.Select(file => Read(file.Digest)));
                below.AddRange(message.Directories.Select(child => Read(child.Digest)).Where(seen.Add));
            }

            level = below;
        }

        await BringBlobsAsync(files, cancel);
    }

    /// <summary>Brings blobs.</summary>
    /// <exception cref="BlobMissingException">One is not there, or has other content.</exception>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    public async Task BringBlobsAsync(IReadOnlyCollection<Digest> blobs, CancellationToken cancel)
    {
        var missing = await local.FindMissingAsync(blobs, cancel);
        var (small, large) = (new HashSet<Digest>(), new List<Digest>());
        foreach (var digest in missing.Order())
        {
            if (await remote.FitsAsync(digest, cancel))
                small.Add(digest);
            else
                large.Add(digest);
        }

        if (small.Count > 0)
        {
            await remote.ReadManyAsync(small, async (digest, content) =>
            {
                await local.PutAsync(content, cancel);
                small.Remove(digest);
            }, cancel);
            // Once more for those that came wrong: an answer that was cut looks like that.
            foreach (var digest in small.ToArray())
                await BringOneAsync(digest, cancel);
        }

        await Parallel.ForEachAsync(
            large, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (digest, stop) => await BringOneAsync(digest, stop));
    }

    /// <summary>Whether a tree that was brought is as we would have written it: names that may be, each once, in order, and nothing besides.</summary>
    public async Task<bool> IsCanonicalAsync(Digest tree, CancellationToken cancel)
    {
        var (seen, pending) = (new HashSet<Digest> { tree }, new Stack<Digest>([tree]));
        while (pending.TryPop(out var directory))
        {
            var message = await local.ReadMessageAsync(Wire.Directory.Parser, directory, cancel);
            if (!CanonicalDirectory.Is(message, directory))
                return false;

            foreach (var child in message.Directories.Select(child => child.Digest.ToDigest()).Where(seen.Add))
                pending.Push(child);
        }

        return true;
    }

    /// <summary>A digest that the engine named.</summary>
    /// <exception cref="RemoteException">It is none.</exception>
    public Digest Read(Wire.Digest? message) =>
        RemoteDigests.TryRead(message, out var digest) ? digest : throw RemoteErrors.Wrong(remote.Connection.Address, "named a blob by something that is not a digest");

    // Twice, since a stream that was taken up in its middle is wrong at an engine that ignores offsets.
    private async Task BringOneAsync(Digest digest, CancellationToken cancel)
    {
        try
        {
            await CopyAsync(digest, cancel);
        }
        catch (BlobMissingException)
        {
            await CopyAsync(digest, cancel);
        }
    }

    private async Task CopyAsync(Digest digest, CancellationToken cancel)
    {
        var content = await remote.OpenAsync(digest, cancel);
        await using (content)
            await local.PutAsync(digest, content, cancel);
    }
}
