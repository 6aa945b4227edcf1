using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>A layout as a tree: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md.</summary>
internal static class LayoutTree
{
    private static readonly RelativePath IndexPath = RelativePath.Parse("index.json");
    private static readonly RelativePath Blobs = RelativePath.Parse("blobs/sha256");

    /// <summary>Writes a layout with one entry.</summary>
    /// <param name="store">Has the blobs, and gets the tree.</param>
    /// <param name="entry">The image, or the index of several.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="blobs">Everything that it leads to, and itself.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Digest> WriteAsync(IBlobStore store, OciDescriptor entry, ImageName name, IEnumerable<Digest> blobs, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        var named = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add(ImageAnnotations.RefName, name.Tag).Add(ImageAnnotations.Project, name.Project.Value).Add(ImageAnnotations.ShortTag, name.ShortTag);
        var index = new OciIndex { Manifests = [entry with { Annotations = named }] };
        tree.AddFile(IndexPath, await store.PutAsync(OciJson.Write(index), cancel), executable: false);
        tree.AddFile(RelativePath.Parse("oci-layout"), await store.PutAsync(OciJson.Write(new OciLayout()), cancel), executable: false);
        foreach (var blob in blobs)
            tree.AddFile(Blobs.Child(blob.Hash.ToString()), blob, executable: false);
        return await tree.WriteAsync(store, cancel);
    }

    /// <summary>The entry of a layout, and the blobs in it.</summary>
    /// <exception cref="InvalidOperationException">It is not a layout with one entry.</exception>
    /// <exception cref="System.Text.Json.JsonException">Its index is damaged.</exception>
    public static async Task<(OciDescriptor Entry, ImmutableArray<Digest> Blobs)> ReadAsync(IBlobStore store, Digest layout, CancellationToken cancel)
    {
        OciDescriptor? found = null;
        var blobs = ImmutableArray.CreateBuilder<Digest>();
        await foreach (var entry in TreeWalk.EntriesAsync(store, layout, cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;

            if (file.Path == IndexPath)
                found = OciJson.ReadIndex(await store.ReadAllAsync(file.Content, cancel)).Manifests is [var only] ? only : throw new InvalidOperationException("its index.json has not one entry");
            else if (file.Path.IsWithin(Blobs))
                blobs.Add(file.Content);
        }

        return (found ?? throw new InvalidOperationException("it has no index.json"), blobs.ToImmutable());
    }
}
