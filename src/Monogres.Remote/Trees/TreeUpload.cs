using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Store;
using Digest = Monogres.Core.Digest;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Trees;

/// <summary>
/// Sends what an engine lacks of trees and blobs, and nothing else: a toolchain goes once, and the target after it costs its source
/// and its script. What was seen to be there is remembered for the run, by whole trees; what is missing never is. Safe for several
/// threads.
/// </summary>
/// <param name="local">Has them.</param>
/// <param name="remote">Gets them.</param>
public sealed class TreeUpload(IBlobStore local, RemoteBlobStore remote)
{
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<Digest, bool> _there = new();

    /// <summary>Forgets what was seen to be there: the engine has lost some of it.</summary>
    public void Forget() => _there.Clear();

    /// <summary>Sends what is missing.</summary>
    /// <param name="trees">Roots of trees.</param>
    /// <param name="blobs">Single blobs.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>How many bytes were sent.</returns>
    /// <exception cref="BlobMissingException">Something that the engine lacks is not here either.</exception>
    /// <exception cref="RemoteException">The engine could not take it.</exception>
    public async Task<long> SendAsync(IEnumerable<Digest> trees, IEnumerable<Digest> blobs, CancellationToken cancel)
    {
        var wanted = blobs.ToHashSet();
        await AddTreesAsync(trees, wanted, cancel);
        wanted.RemoveWhere(digest => digest == Digest.Empty || _there.ContainsKey(digest));
        var missing = await remote.FindMissingAsync(wanted, cancel);
        await SendAsync(missing, cancel);
        foreach (var digest in wanted)
            _there[digest] = true;
        return missing.Sum(digest => digest.Size);
    }

    /// <summary>Sends a tree whose parts are there in one message besides: its root, and each directory below once (REAPI <c>Tree</c>).</summary>
    /// <returns>The digest of the message.</returns>
    /// <exception cref="BlobMissingException">A directory is not here.</exception>
    /// <exception cref="RemoteException">The engine could not take it.</exception>
    public async Task<Digest> SendWholeAsync(Digest tree, CancellationToken cancel)
    {
        var whole = new Wire.Tree { Root = await local.ReadMessageAsync(Wire.Directory.Parser, tree, cancel) };
        HashSet<Digest> seen = [];
        var pending = new Queue<Wire.Directory>([whole.Root]);
        while (pending.TryDequeue(out var directory))
        {
            foreach (var child in directory.Directories.Select(child => child.Digest.ToDigest()).Where(seen.Add))
            {
                var below = await local.ReadMessageAsync(Wire.Directory.Parser, child, cancel);
                whole.Children.Add(below);
                pending.Enqueue(below);
            }
        }

        return await remote.PutAsync(whole.ToByteArray(), cancel);
    }

    private async Task AddTreesAsync(IEnumerable<Digest> trees, HashSet<Digest> wanted, CancellationToken cancel)
    {
        var pending = new Stack<Digest>(trees);
        while (pending.TryPop(out var directory))
        {
            // It is remembered only when all below it was there.
            if (_there.ContainsKey(directory))
                continue;

            var message = await local.ReadMessageAsync(Wire.Directory.Parser, directory, cancel);
            wanted.Add(directory);
            foreach (var file in message.Files)
                wanted.Add(file.Digest.ToDigest());
            foreach (var child in message.Directories.Select(child => child.Digest.ToDigest()).Where(child => !wanted.Contains(child)))
                pending.Push(child);
        }
    }

    private async Task SendAsync(IReadOnlySet<Digest> missing, CancellationToken cancel)
    {
        var (small, large) = (new List<Digest>(), new List<Digest>());
        foreach (var digest in missing.Order())
            (await remote.FitsAsync(digest, cancel) ? small : large).Add(digest);

        var limit = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        var batch = (await remote.Connection.CapabilitiesAsync(cancel)).BatchBytes;
        await Parallel.ForEachAsync(Parts(small, batch), limit, async (part, stop) =>
        {
            var contents = new List<(Digest, byte[])>(part.Count);
            foreach (var digest in part)
                contents.Add((digest, await local.ReadAllAsync(digest, stop)));
            await remote.WriteManyAsync(contents, stop);
        });
        await Parallel.ForEachAsync(large, limit, async (digest, stop) => await SendOneAsync(digest, stop));
    }

    // What is read from our store cannot be read again from its middle, so a broken upload begins anew.
    private async Task SendOneAsync(Digest digest, CancellationToken cancel)
    {
        for (var count = 1; ; count++)
        {
            try
            {
                var content = await local.OpenAsync(digest, cancel);
                await using (content)
                    await remote.PutAsync(digest, content, cancel);
                return;
            }
            catch (RemoteException e) when (e.InnerException is RpcException)
            {
                if (!await remote.Connection.MayGoOnAsync(count, (RpcException)e.InnerException, cancel))
                    throw;
            }
        }
    }

    private static IEnumerable<List<Digest>> Parts(List<Digest> digests, int bytes)
    {
        var (part, size) = (new List<Digest>(), 0L);
        foreach (var digest in digests)
        {
            part.Add(digest);
            size += digest.Size + 100;
            if (size < bytes / 2)
                continue;

            yield return part;
            (part, size) = ([], 0);
        }

        if (part.Count > 0)
            yield return part;
    }
}
