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
    public async Task BringAsync(Digest tree, CancellationToken cancel) => await BringBlobsAsync(await BringDirectoriesAsync(tree, cancel), cancel);

    /// <summary>Brings the directories of a tree.</summary>
    /// <returns>Its files, which may be here or not.</returns>
    /// <exception cref="BlobMissingException">A directory is not there, or has other content.</exception>
    /// <exception cref="RemoteException">The engine could not answer, or answered what cannot be.</exception>
    public async Task<IReadOnlyCollection<Digest>> BringDirectoriesAsync(Digest tree, CancellationToken cancel)
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

        return files;
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

    /// <summary>
    /// What keeps a tree that was brought from being one that we would have written: names that may be, each once, in order, nothing
    /// besides, and links that stay inside. Null when it is one.
    /// </summary>
    public async Task<string?> WrongInAsync(Digest tree, CancellationToken cancel)
    {
        // Breadth first: a directory that stands in several places is looked at where it is nearest to the root, out of which its links lead first.
        var (seen, pending) = (new HashSet<Digest> { tree }, new Queue<(RelativePath At, Digest Directory)>([(RelativePath.Root, tree)]));
        while (pending.TryDequeue(out var next))
        {
            var message = await local.ReadMessageAsync(Wire.Directory.Parser, next.Directory, cancel);
            if (!CanonicalDirectory.Is(message, next.Directory))
                return "its tree is not in canonical form";
            if (message.Symlinks.FirstOrDefault(link => !RelativePath.TryResolve(next.At, link.Target, out _)) is { } leaving)
                return $"in its tree `{next.At.Child(leaving.Name)}` is a link that leads out of it";

            foreach (var child in message.Directories.Where(child => seen.Add(child.Digest.ToDigest())))
                pending.Enqueue((next.At.Child(child.Name), child.Digest.ToDigest()));
        }

        return null;
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
