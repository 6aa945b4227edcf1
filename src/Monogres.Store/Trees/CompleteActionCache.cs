using Monogres.Core;
using Monogres.Protocol;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store.Trees;

/// <summary>
/// Gives a result only when everything that it names as output is in the store: a result with a lost file is worth
/// nothing, and whoever asks would find out too late. One that is not complete is forgotten and counts as none. A lost
/// log makes nothing incomplete.
/// </summary>
/// <param name="inner">Has the results.</param>
/// <param name="blobs">Has the outputs.</param>
/// <param name="incomplete">Told of a result that was forgotten, and of a blob of it that is lost; or null.</param>
public sealed class CompleteActionCache(IActionCache inner, IBlobStore blobs, Action<Digest, BlobMissingException>? incomplete) : IActionCache
{
    /// <inheritdoc/>
    public async ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel)
    {
        if (await inner.GetAsync(action, cancel) is not { } result)
            return null;

        var missing = await TreeBlobs.FindMissingAsync(
            blobs,
            result.OutputDirectories.Where(directory => directory.RootDirectoryDigest is not null).Select(directory => directory.RootDirectoryDigest.ToDigest()),
            [.. result.OutputFiles.Select(file => file.Digest.ToDigest()), .. result.OutputDirectories.Where(directory => directory.TreeDigest is not null).Select(directory => directory.TreeDigest.ToDigest())],
            cancel);
        if (missing.Count == 0)
            return result;

        await inner.RemoveAsync(action, cancel);
        incomplete?.Invoke(action, new BlobMissingException(missing.Min(), "is not in the store"));
        return null;
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel) => inner.PutAsync(action, result, cancel);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Digest action, CancellationToken cancel) => inner.RemoveAsync(action, cancel);
}
