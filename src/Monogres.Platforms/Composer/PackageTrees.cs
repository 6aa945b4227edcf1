using System.Text;
using Monogres.Core;
using Monogres.Platforms.Packages;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Composer;

/// <summary>The trees of packages: unpacked once, then cached.</summary>
/// <param name="store">Has the packages, and gets the trees.</param>
/// <param name="memo">Remembers which tree a package gave.</param>
public sealed class PackageTrees(IIngestingBlobStore store, IMemo memo)
{
    private readonly CachedTrees _cached = new(store, memo);

    /// <summary>The tree of a package under these rules.</summary>
    /// <exception cref="BlobMissingException">The package is not in the store.</exception>
    /// <exception cref="ArchiveException">It is damaged, or holds what no tree may hold.</exception>
    public async Task<Digest> TreeOfAsync(Digest deb, CompositionRules rules, CancellationToken cancel)
    {
        var key = KeyOf(deb, rules);
        if (await _cached.FindAsync(key, cancel) is { } known)
            return known;

        TarTreeResult result;
        var stream = await store.OpenAsync(deb, cancel);
        await using (stream)
            result = await DebTree.ReadAsync(stream, rules.ToTarRules(), store, IngestOptions.InParallel, cancel);

        await _cached.SaveAsync(key, result.Root, cancel);
        return result.Root;
    }

    /// <summary>Makes the next call unpack the package again: for when a blob of its tree was lost.</summary>
    public ValueTask ForgetAsync(Digest deb, CompositionRules rules, CancellationToken cancel) =>
        _cached.ForgetAsync(KeyOf(deb, rules), cancel);

    private static Digest KeyOf(Digest deb, CompositionRules rules) =>
        Digest.Of(Encoding.ASCII.GetBytes($"monogres deb tree v1\n{deb}\n{rules.Describe().Digest}\n"));
}
