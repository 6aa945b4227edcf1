using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// Of compiled locales those whose encoding is UTF-8: no database of an image
/// needs the others. The input is the tree of the package with all of them, from <c>/</c> on, where equal files are links.
/// </summary>
public sealed class Utf8Locales : TreeFunction
{
    private static readonly RelativePath Locales = RelativePath.Parse("usr/lib/locale");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci locales 1");

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var files = new Dictionary<RelativePath, Digest>();
        var links = new Dictionary<RelativePath, RelativePath>();
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
        {
            if (entry is TreeEntry.File file)
                files[file.Path] = file.Content;
            else if (entry is TreeEntry.Symlink link && RelativePath.TryResolve(link.Path.Parent, link.Target, out var target))
                links[link.Path] = target;
        }

        var kept = new HashSet<string>(StringComparer.Ordinal);
        var known = new Dictionary<Digest, bool>();
        foreach (var types in files.Keys.Concat(links.Keys).Where(path => path.Name is "LC_CTYPE" && path.Parent.Parent == Locales))
        {
            if (Find(types) is not { } content)
                continue;
            if (!known.TryGetValue(content, out var isUtf8))
                known[content] = isUtf8 = (await store.Blobs.ReadAllAsync(content, cancel)).AsSpan().IndexOf("\0UTF-8\0"u8) >= 0;
            if (isUtf8)
                kept.Add(types.Parent.Name);
        }

        var tree = new TreeBuilder();
        foreach (var path in files.Keys.Concat(links.Keys).Where(IsKept))
        {
            if (links.TryGetValue(path, out var target) && IsKept(target))
                tree.AddSymlink(path, path.Parent.LinkTo(target));
            else if (Find(path) is { } content)
                tree.AddFile(path, content, executable: false);
        }

        return await tree.WriteAsync(store.Blobs, cancel);

        Digest? Find(RelativePath path)
        {
            for (var steps = 0; steps <= links.Count && links.TryGetValue(path, out var target); steps++)
                path = target;
            return files.TryGetValue(path, out var content) ? content : null;
        }

        bool IsKept(RelativePath path) => path.IsWithin(Locales) && path != Locales && kept.Contains(path.Segments[Locales.Segments.Length]);
    }
}
