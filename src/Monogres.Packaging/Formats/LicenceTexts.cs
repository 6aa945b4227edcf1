using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Formats;

/// <summary>The files of a source that state its licence, under their names. The input is the source.</summary>
internal sealed class LicenceTexts : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("licence texts 1");

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
        {
            if (entry is TreeEntry.File file && LicenceFiles.Contains(file.Path))
                tree.AddFile(file.Path, file.Content, executable: false);
        }

        return await tree.WriteAsync(store.Blobs, cancel);
    }
}
