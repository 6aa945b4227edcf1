using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>From a payload to a file with the names by which PostgreSQL loads what was installed into its library directory, one a line.</summary>
/// <param name="prefix">Where the payload is installed.</param>
/// <param name="path">Where the file goes.</param>
public sealed class LibraryNames(RelativePath prefix, RelativePath path) : TreeFunction
{
    private static readonly RelativePath Libraries = RelativePath.Parse("lib");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("library-names 1").Add(prefix.Value).Add(path.Value);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var names = new StringBuilder();
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, prefix.Combine(Libraries), cancel) is { } directory)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, directory, cancel))
            {
                if (entry is TreeEntry.File file && file.Path.Parent.IsRoot && file.Path.Name.EndsWith(".so", StringComparison.Ordinal))
                    names.Append(file.Path.Name.AsSpan(0, file.Path.Name.Length - 3)).Append('\n');
            }
        }

        var tree = new TreeBuilder();
        tree.AddFile(path, await store.Blobs.PutAsync(Encoding.UTF8.GetBytes(names.ToString()), cancel), executable: false);
        return await tree.WriteAsync(store.Blobs, cancel);
    }
}
