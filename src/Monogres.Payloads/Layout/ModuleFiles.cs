using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>From the payload of a server to that of one of its modules: the files that belong to it, at the same place.</summary>
/// <param name="target">For messages.</param>
/// <param name="prefix">Where the server is installed.</param>
/// <param name="files">Globs of the module's files, relative to the prefix.</param>
public sealed class ModuleFiles(object target, RelativePath prefix, ImmutableArray<string> files) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("module 1").Add(prefix.Value).Add(files);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var mine = GlobSet.Parse(files);
        var tree = new TreeBuilder();
        var installation = await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, prefix, cancel) ?? throw PayloadErrors.NothingInstalled(target, prefix);
        var found = false;
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, installation, cancel))
        {
            if (entry is TreeEntry.Directory || !mine.IsMatch(entry.Path.Value))
                continue;

            found = true;
            if (entry is TreeEntry.File file)
                tree.AddFile(prefix.Combine(file.Path), file.Content, file.Executable);
            else if (entry is TreeEntry.Symlink link)
                tree.AddSymlink(prefix.Combine(link.Path), link.Target);
        }

        return found ? await tree.WriteAsync(store.Blobs, cancel) : throw PayloadErrors.NothingInstalled(target, prefix);
    }
}
