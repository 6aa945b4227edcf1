using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// The layer that a tree is: the canonical archive of it, from <c>/</c> on. What images have in common, such as the run-time
/// root of a platform, is the same layer in all of them.
/// </summary>
/// <param name="name">What it holds; the archive is called <c>NAME.tar</c>.</param>
/// <param name="time">The modification time of every entry.</param>
public sealed class LayerArchive(string name, DateTimeOffset time) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci layer 1").Add(name).Add(time.ToUnixTimeSeconds());

    /// <inheritdoc/>
    public override Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel) =>
        WriteAsync(store.Blobs, name, inputs[0].Tree, time, overrides: null, cancel);

    /// <summary>The tree with the archive of a layer.</summary>
    internal static async Task<Digest> WriteAsync(
        IIngestingBlobStore blobs, string name, Digest content, DateTimeOffset time, IReadOnlyDictionary<RelativePath, TarAttributes>? overrides, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Root.Child($"{name}.tar"), await blobs.PutTarAsync(content, time, overrides, cancel), executable: false);
        return await tree.WriteAsync(blobs, cancel);
    }

    /// <summary>The one file of the tree of a layer, compressed or not.</summary>
    internal static async Task<TreeEntry.File> FindAsync(IBlobStore blobs, Digest layer, CancellationToken cancel)
    {
        List<TreeEntry> entries = [];
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, layer, cancel))
            entries.Add(entry);
        return entries is [TreeEntry.File file] ? file : throw new InvalidOperationException($"a layer is one file, not {entries.Count} entries");
    }
}
