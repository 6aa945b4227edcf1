using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// An extension as CloudNativePG mounts it into a server, https://cloudnative-pg.io/documentation/current/imagevolume_extensions/: <c>/lib</c>,
/// <c>/share</c> and <c>/bin</c> of its payload, <c>/licenses/NAME</c>, and in <c>/system</c> the libraries that the image of the
/// server lacks. Its inputs are the payload, a tree of the licence texts, a tree of these libraries, and one with what their packages
/// say of their licences (<c>usr/share/doc/PACKAGE/copyright</c>), which goes with the libraries.
/// </summary>
/// <param name="name">The extension.</param>
/// <param name="prefix">Where its payload is installed.</param>
public sealed class ExtensionImageTree(ProjectName name, RelativePath prefix) : TreeFunction
{
    private static readonly RelativePath Licences = RelativePath.Parse("licenses"), Libraries = RelativePath.Parse("system"), Documentation = RelativePath.Parse("usr/share/doc");

    // What only serves to build, or to be read.
    private static readonly ImmutableArray<RelativePath> Omitted =
        [.. new[] { "lib/pgxs", "lib/pkgconfig", "share/doc", "share/man" }.Select(RelativePath.Parse)];

    private static readonly ImmutableArray<RelativePath> Parts = [.. new[] { "bin", "lib", "share" }.Select(RelativePath.Parse)];

    /// <summary>What a container of it would be started with: nobody, and nothing.</summary>
    public static OciContainerConfig Container { get; } = new() { User = "65532:65532" };

    /// <summary>Whether the tree of an image has libraries that the server must be told to find.</summary>
    public static async ValueTask<bool> HasLibrariesAsync(IBlobStore blobs, Digest tree, CancellationToken cancel) => await TreeWalk.FindDirectoryAsync(blobs, tree, Libraries, cancel) is not null;

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci extension 2").Add(name.Value).Add(prefix.Value);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        var payload = await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, prefix, cancel)
            ?? throw new InvalidOperationException($"the payload of {name} has no directory `/{prefix}`");
        await AddAsync(payload, path => Parts.Any(path.IsWithin) && !Omitted.Any(path.IsWithin) && !path.Name.EndsWith(".a", StringComparison.Ordinal) ? path : null);
        await AddAsync(inputs[1].Tree, path => Licences.Child(name.Value).Combine(path));
        await AddAsync(inputs[2].Tree, path => Libraries.Child(path.Name));
        if (tree.Contains(Libraries))
            await AddAsync(inputs[3].Tree, path => path.Name is "copyright" && path.Parent.Parent == Documentation ? Licences.Child(path.Parent.Name).Child(path.Name) : null);
        return await tree.WriteAsync(store.Blobs, cancel);

        async Task AddAsync(Digest from, Func<RelativePath, RelativePath?> placeOf)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, from, cancel))
            {
                switch (entry)
                {
                    case TreeEntry.File file when placeOf(entry.Path) is { } path:
                        tree.AddFile(path, file.Content, file.Executable);
                        break;
                    case TreeEntry.Symlink link when placeOf(entry.Path) is { } path:
                        tree.AddSymlink(path, link.Target);
                        break;
                }
            }
        }
    }
}
