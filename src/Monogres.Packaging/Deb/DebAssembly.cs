using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Deb;

/// <summary>
/// From the compressed members of packages, a directory for each that is called as the package's file, to the files: the last
/// step of packing.
/// </summary>
/// <param name="sourceDate">The time of the members.</param>
public sealed class DebAssembly(DateTimeOffset sourceDate) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("deb assembly 1").Add(sourceDate.ToUnixTimeSeconds());

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var members = new SortedDictionary<string, List<TreeEntry.File>>(StringComparer.Ordinal);
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;
            if (!members.TryGetValue(file.Path.Parent.Value, out var ofPackage))
                members[file.Path.Parent.Value] = ofPackage = [];
            ofPackage.Add(file);
        }

        var tree = new TreeBuilder();
        foreach (var (package, files) in members)
        {
            var (control, data) = (Member(package, files, DebArchive.Control), Member(package, files, DebArchive.Data));
            tree.AddFile(
                RelativePath.Parse(package), await store.Blobs.PutWrittenAsync((output, stop) => DebArchive.WriteAsync(output, sourceDate, control, data, stop), cancel), executable: false);
        }

        return await tree.WriteAsync(store.Blobs, cancel);

        DebMember Member(string package, List<TreeEntry.File> files, string name)
        {
            var file = files.SingleOrDefault(file => file.Path.Name.StartsWith(name, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"`{package}` has no member `{name}`");
            return new DebMember(file.Path.Name, file.Content.Size, stop => store.Blobs.OpenAsync(file.Content, stop));
        }
    }
}
