using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Remote.Caching;

/// <summary>
/// The local store with a shared cache behind it. What is at the cache counts as here, and is brought, verified, when somebody reads
/// it: the files of a result that nobody reads are never downloaded. Who needs one file of a tree needs the others as well, so they
/// come together. A cache that does not answer has nothing.
/// </summary>
/// <param name="local">The store that everything is brought into.</param>
/// <param name="remote">The cache.</param>
/// <param name="memo">Remembers which trees were left there.</param>
/// <param name="report">Told, in a sentence, that the cache did not answer.</param>
public sealed class ReadThroughBlobStore(ILocalBlobStore local, RemoteBlobStore remote, IMemo memo, Action<string> report) : ILocalBlobStore
{
    private readonly TreeDownload _download = new(local, remote);
    private readonly ConcurrentDictionary<Digest, Digest> _left = new();
    private readonly ConcurrentDictionary<Digest, bool> _whole = new();

    /// <summary>Leaves the files of a tree at the cache, all of which are there or here; its directories are here.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="files">Its files.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A file is at neither place.</exception>
    /// <exception cref="RemoteException">The cache could not answer.</exception>
    public async ValueTask LeaveAsync(Digest tree, IReadOnlyCollection<Digest> files, CancellationToken cancel)
    {
        var there = await local.FindMissingAsync(files, cancel);
        if (there.Count == 0)
            return;

        if (await remote.FindMissingAsync([.. there], cancel) is { Count: > 0 } lost)
            throw new BlobMissingException(lost.Min(), $"is not at `{remote.Connection.Address}`");

        foreach (var file in there)
            _left[file] = tree;
        await LeftElsewhere.MarkAsync(memo, tree, cancel);
    }

    /// <summary>Brings what is missing here of trees, for who uses the files of the store by their paths.</summary>
    public async Task BringAsync(IEnumerable<Digest> trees, CancellationToken cancel)
    {
        foreach (var tree in trees.Where(tree => !_whole.ContainsKey(tree)))
        {
            if (await TryBringAsync(() => _download.BringAsync(tree, cancel)))
                _whole[tree] = true;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel)
    {
        var missing = await local.FindMissingAsync(digests, cancel);
        if (missing.Count == 0)
            return missing;

        try
        {
            return await remote.FindMissingAsync([.. missing], cancel);
        }
        catch (RemoteException e)
        {
            Report(e);
            return missing;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel)
    {
        try
        {
            return await local.OpenAsync(digest, cancel);
        }
        catch (BlobMissingException)
        {
            if (!await TryBringAsync(() => _left.TryGetValue(digest, out var tree) ? _download.BringAsync(tree, cancel) : _download.BringBlobsAsync([digest], cancel)))
                throw;
        }

        return await local.OpenAsync(digest, cancel);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel) => local.PutAsync(digest, content, cancel);

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel) => local.PutAsync(content, cancel);

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => local.PutAsync(content, cancel);

    /// <inheritdoc/>
    public void Drop(Digest digest)
    {
        _whole.Clear();
        local.Drop(digest);
    }

    private async Task<bool> TryBringAsync(Func<Task> bring)
    {
        try
        {
            await bring();
            return true;
        }
        catch (RemoteException e)
        {
            Report(e);
        }
        catch (BlobMissingException)
        {
            // Lost there too: who reads it is told that it is missing, and has it made again.
        }

        return false;
    }

    private void Report(RemoteException e) => report($"{e.Message}: what it has is not used");
}
