using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// The shared libraries that an extension needs, and those that these need, which the image of its server lacks. Its inputs are
/// the payload, the root of the server's image, a root that has the extension's packages too, and the payloads that are
/// there when the extension is: those of the server and of the extensions that it requires.
/// </summary>
public sealed class SystemLibraries : TreeFunction
{
    private const int FirstBeside = 3;

    private static readonly RelativePath LibraryRoot = RelativePath.Parse("usr");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci system libraries 1");

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">A library is nowhere.</exception>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in inputs.Where((_, i) => i is 1 or >= FirstBeside))
            there.UnionWith((await LibrariesAsync(store, tree.Tree, cancel)).Keys);
        there.UnionWith((await LibrariesAsync(store, inputs[0].Tree, cancel)).Keys);
        var libraries = await LibrariesAsync(store, inputs[2].Tree, cancel);

        var (brought, open) = (new TreeBuilder(), new Queue<TreeEntry.File>());
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
        {
            if (entry is TreeEntry.File file)
                open.Enqueue(file);
        }

        while (open.TryDequeue(out var file))
        {
            foreach (var library in (await FileNeeds.OfAsync(store, file, cancel))?.Libraries ?? [])
            {
                if (!there.Add(library))
                    continue;

                var found = libraries.GetValueOrDefault(library) ?? throw OciErrors.NoLibrary(file.Path, library);
                brought.AddFile(RelativePath.Root.Child(library), found.Content, executable: false);
                open.Enqueue(found);
            }
        }

        return await brought.WriteAsync(store.Blobs, cancel);
    }

    /// <summary>The files that a loader could be told to find, by the names that it is asked for. Of two with one name that is taken which is in the shorter path.</summary>
    private static async Task<Dictionary<string, TreeEntry.File>> LibrariesAsync(TreeStore store, Digest tree, CancellationToken cancel)
    {
        var files = new Dictionary<RelativePath, TreeEntry.File>();
        var links = new Dictionary<RelativePath, RelativePath>();
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, tree, cancel))
        {
            if (!entry.Path.IsWithin(LibraryRoot) || !entry.Path.Name.Contains(".so", StringComparison.Ordinal))
                continue;
            if (entry is TreeEntry.File file)
                files[file.Path] = file;
            else if (entry is TreeEntry.Symlink link && RelativePath.TryResolve(link.Path.Parent, link.Target, out var target))
                links[link.Path] = target;
        }

        var byName = new Dictionary<string, TreeEntry.File>(StringComparer.Ordinal);
        foreach (var path in files.Keys.Concat(links.Keys).OrderBy(path => path.Segments.Length).ThenBy(path => path.Value, StringComparer.Ordinal))
        {
            var end = path;
            for (var steps = 0; steps <= links.Count && links.TryGetValue(end, out var target); steps++)
                end = target;
            if (files.TryGetValue(end, out var found))
                byName.TryAdd(path.Name, found);
        }

        return byName;
    }
}
