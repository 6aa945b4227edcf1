using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Composer;

/// <summary>The tree in a tar archive, compressed or not: which archive, and what of it.</summary>
/// <param name="Archive">The SHA-256 of the file.</param>
/// <param name="StripPrefix">The directory inside the archive that is the tree.</param>
/// <param name="Omissions">Globs of paths that are not taken in, as <see cref="GlobSet"/> reads them; a directory goes with all below it.</param>
public sealed record ArchiveTree(Sha256Hash Archive, RelativePath? StripPrefix, ImmutableArray<string> Omissions)
{
    /// <summary>Equal for equal trees of equal archives: the key under which the tree is remembered.</summary>
    public Digest Key => Describe().Digest;

    // Sources came first, and the title is part of every key: an archive with a toolchain is read by the same rules.
    internal CanonicalText Describe()
    {
        var text = new CanonicalText("monogres source tree v1");
        text.Add("archive", Archive.ToString());
        text.Add("strip", StripPrefix?.Value ?? "*");
        foreach (var glob in Omissions.Order(StringComparer.Ordinal))
            text.Add("leave-out", glob);
        return text;
    }
}

/// <summary>The trees of archives: unpacked once, then remembered.</summary>
/// <param name="store">Has the archives, and gets the trees.</param>
/// <param name="memo">Remembers which tree an archive gave.</param>
public sealed class ArchiveTrees(IIngestingBlobStore store, IMemo memo)
{
    private readonly CachedTrees _cached = new(store, memo);

    /// <summary>The tree, when it was unpacked before; else null.</summary>
    public ValueTask<Digest?> FindAsync(ArchiveTree tree, CancellationToken cancel) => _cached.FindAsync(tree.Key, cancel);

    /// <summary>Unpacks the tree, whether it was unpacked before or not.</summary>
    /// <param name="tree">Which.</param>
    /// <param name="file">The archive, which is in the store.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">The archive is not in the store.</exception>
    /// <exception cref="ArchiveException">It is damaged, has another top directory, or holds what no tree may hold.</exception>
    public async Task<Digest> UnpackAsync(ArchiveTree tree, Digest file, CancellationToken cancel)
    {
        var compressed = await store.OpenAsync(file, cancel);
        await using var tar = await Decompression.OpenAsync(compressed, ArchiveLimits.Default, cancel);
        var rules = TarRules.Source with
        {
            TopFolder = new TopFolder.Stripped(tree.StripPrefix),
            Omissions = GlobSet.Parse(tree.Omissions),
        };
        var unpacked = await new TarTree(store, ArchiveLimits.Default, IngestOptions.Alone).ReadAsync(tar, rules, cancel);
        await _cached.SaveAsync(tree.Key, unpacked.Root, cancel);
        return unpacked.Root;
    }

    /// <summary>Makes the tree unknown: for when a blob of it was lost.</summary>
    public ValueTask ForgetAsync(ArchiveTree tree, CancellationToken cancel) => _cached.ForgetAsync(tree.Key, cancel);
}
