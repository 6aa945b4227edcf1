using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Platforms.Composer;

/// <summary>Trees that were made here before, under the digest of a description of how.</summary>
/// <param name="store">Has the trees.</param>
/// <param name="cache">Has the results: one output directory each.</param>
public sealed class RememberedTrees(IBlobStore store, IActionCache cache)
{
    /// <summary>The tree, or null when it was never made or its root is not in the store any more.</summary>
    public async ValueTask<Digest?> FindAsync(Digest description, CancellationToken cancel)
    {
        if (await cache.GetAsync(description, cancel) is not { OutputDirectories: [{ RootDirectoryDigest: { } remembered }] })
            return null;

        var root = remembered.ToDigest();
        return await store.ContainsAsync(root, cancel) ? root : null;
    }

    /// <summary>Remembers a tree, and stores the description so that the key can be read back.</summary>
    public async ValueTask RememberAsync(byte[] description, Digest root, CancellationToken cancel)
    {
        var result = new ActionResult();
        result.OutputDirectories.Add(new OutputDirectory { RootDirectoryDigest = root.ToWire() });
        await cache.PutAsync(await store.PutAsync(description, cancel), result, cancel);
    }

    /// <summary>Forgets a tree.</summary>
    public ValueTask ForgetAsync(Digest description, CancellationToken cancel) => cache.RemoveAsync(description, cancel);
}
