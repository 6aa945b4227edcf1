using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Store.Trees;

/// <summary>One tree of a union.</summary>
/// <param name="Root">The digest of its root directory.</param>
/// <param name="Overrides">Whether its files may replace different files of earlier layers; without it that is an error.</param>
public readonly record struct UnionLayer(Digest Root, bool Overrides);

/// <summary>
/// Lays trees over each other: what an overlay mount shows, as a digest. A subtree that only one layer has, or that is
/// equal in all that have it, is taken by its digest and never read; so adding a source to a toolchain of 20,000 files
/// costs a few directories.
/// </summary>
public static class TreeUnion
{
    /// <summary>The digest of the merged root; new directories are stored.</summary>
    /// <exception cref="TreeConflictException">Two layers hold different things at one path, and the later one may not override.</exception>
    public static async ValueTask<Digest> MergeAsync(IBlobStore store, IReadOnlyList<UnionLayer> layers, CancellationToken cancel)
    {
        if (layers.Count == 0)
            return await store.PutMessageAsync(new Wire.Directory(), cancel);

        return await MergeAsync(store, [.. layers.Select((layer, i) => new Part(layer.Root, layer.Overrides, i))], RelativePath.Root, cancel);
    }

    private static async ValueTask<Digest> MergeAsync(IBlobStore store, IReadOnlyList<Part> layers, RelativePath at, CancellationToken cancel)
    {
        if (layers.Count == 1 || layers.All(layer => layer.Root == layers[0].Root))
            return layers[0].Root;

        var files = new SortedDictionary<string, (Wire.FileNode Node, int Layer)>(Utf8Order.Comparer);
        var links = new SortedDictionary<string, (Wire.SymlinkNode Node, int Layer)>(Utf8Order.Comparer);
        var directories = new SortedDictionary<string, List<Part>>(Utf8Order.Comparer);

        foreach (var layer in layers)
        {
            var directory = await store.ReadMessageAsync(Wire.Directory.Parser, layer.Root, cancel);
            foreach (var file in directory.Files)
            {
                RefuseOverDirectory(file.Name, "is a directory in one layer and a file in another");
                if (links.Remove(file.Name, out var link))
                    Refuse(!layer.Overrides, file.Name, link.Layer, "is a symbolic link in one layer and a file in another");
                if (files.TryGetValue(file.Name, out var earlier))
                    Refuse(!layer.Overrides && !earlier.Node.Equals(file), file.Name, earlier.Layer, "differs between two layers");
                files[file.Name] = (file, layer.Number);
            }

            foreach (var link in directory.Symlinks)
            {
                RefuseOverDirectory(link.Name, "is a directory in one layer and a symbolic link in another");
                if (files.Remove(link.Name, out var file))
                    Refuse(!layer.Overrides, link.Name, file.Layer, "is a file in one layer and a symbolic link in another");
                if (links.TryGetValue(link.Name, out var earlier))
                    Refuse(!layer.Overrides && !earlier.Node.Equals(link), link.Name, earlier.Layer, "points to different places in two layers");
                links[link.Name] = (link, layer.Number);
            }

            foreach (var child in directory.Directories)
            {
                if (files.TryGetValue(child.Name, out var file))
                    Refuse(conflict: true, child.Name, file.Layer, "is a file in one layer and a directory in another");
                if (links.TryGetValue(child.Name, out var link))
                    Refuse(conflict: true, child.Name, link.Layer, "is a symbolic link in one layer and a directory in another");
                if (!directories.TryGetValue(child.Name, out var same))
                    directories[child.Name] = same = [];
                same.Add(layer with { Root = child.Digest.ToDigest() });
            }

            void Refuse(bool conflict, string name, int earlier, string reason)
            {
                if (conflict)
                    throw new TreeConflictException(at.Child(name), reason) { Layers = (earlier, layer.Number) };
            }

            void RefuseOverDirectory(string name, string reason)
            {
                if (directories.TryGetValue(name, out var earlier))
                    Refuse(conflict: true, name, earlier[0].Number, reason);
            }
        }

        var merged = new Wire.Directory();
        merged.Files.AddRange(files.Values.Select(file => file.Node));
        merged.Symlinks.AddRange(links.Values.Select(link => link.Node));
        foreach (var (name, same) in directories)
            merged.Directories.Add(new Wire.DirectoryNode { Name = name, Digest = (await MergeAsync(store, same, at.Child(name), cancel)).ToWire() });

        return await store.PutMessageAsync(merged, cancel);
    }

    /// <summary>A directory of one layer, which is known by its number.</summary>
    private readonly record struct Part(Digest Root, bool Overrides, int Number);
}
