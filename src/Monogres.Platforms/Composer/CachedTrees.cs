using Monogres.Core;
using Monogres.Store;

namespace Monogres.Platforms.Composer;

/// <summary>Trees that were made here before, by the digest of a description of how.</summary>
/// <param name="store">Has the trees.</param>
/// <param name="memo">Remembers them.</param>
public sealed class CachedTrees(IBlobStore store, IMemo memo)
{
    /// <summary>The tree, or null when it was never made or its root is not in the store any more.</summary>
    public async ValueTask<Digest?> FindAsync(Digest key, CancellationToken cancel) =>
        await memo.FindAsync(key, cancel) is { Tree: var root } && await store.ContainsAsync(root, cancel) ? root : null;

    /// <summary>Remembers a tree.</summary>
    public ValueTask SaveAsync(Digest key, Digest root, CancellationToken cancel) => memo.PutAsync(key, new MemoEntry(root), cancel);

    /// <summary>Forgets a tree.</summary>
    public ValueTask ForgetAsync(Digest key, CancellationToken cancel) => memo.RemoveAsync(key, cancel);
}
