using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Zip;

/// <summary>
/// Lays a payload out as a zip archive: the tree that the tar archive has. Files are deflated by the pinned gzip, whose output
/// is a deflate stream between a header and a checksum, and put into the container here.
/// </summary>
public sealed class ZipPackager : IPackager
{
    /// <inheritdoc/>
    public ImmutableArray<Step> StepsOf(PackageRequest request) =>
    [
        .. request.Parts.Select(part =>
        {
            var files = new PickStep(new StepName(request.Target, $"{part.Facet}zip files"), part.Tree, part.From, RelativePath.Root);
            var deflated = CompressedFiles.Of(new StepName(request.Target, $"{part.Facet}zip contents"), files, request.Programs(), Compressor.Gzip);
            return new DeriveStep(new StepName(request.Target, $"{part.Facet}zip"), [files, deflated], new ZipArchiveOf(part.Name, request.SourceDate));
        }),
    ];
}

/// <summary>A tree with one file, the zip archive of a tree; an empty tree for one that is empty. The second input has its files in gzip's format.</summary>
/// <param name="name">The name of the archive's top directory, and of the file without <c>.zip</c>.</param>
/// <param name="time">The time that stands in every entry.</param>
internal sealed class ZipArchiveOf(string name, DateTimeOffset time) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("zip 1").Add(name).Add(time.ToUnixTimeSeconds());

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var files = new TreeBuilder();
        if (inputs[0].Tree != Digest.Empty)
        {
            var deflated = new Dictionary<RelativePath, Digest>();
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[1].Tree, cancel))
            {
                if (entry is TreeEntry.File file)
                    deflated.Add(file.Path, file.Content);
            }

            files.AddFile(RelativePath.Root.Child($"{name}.zip"), await store.Blobs.PutWrittenAsync((output, stop) => WriteAsync(store.Blobs, inputs[0].Tree, deflated, output, stop), cancel), executable: false);
        }

        return await files.WriteAsync(store.Blobs, cancel);
    }

    private async Task WriteAsync(IBlobStore store, Digest tree, Dictionary<RelativePath, Digest> deflated, Stream output, CancellationToken cancel)
    {
        var root = RelativePath.Root.Child(name);
        var zip = new CanonicalZipWriter(output, time);
        await zip.WriteDirectoryAsync(root, cancel);
        await foreach (var entry in TreeWalk.EntriesAsync(store, tree, cancel))
        {
            var path = root.Combine(entry.Path);
            switch (entry)
            {
                case TreeEntry.Directory:
                    await zip.WriteDirectoryAsync(path, cancel);
                    break;

                case TreeEntry.Symlink link:
                    await zip.WriteSymlinkAsync(path, link.Target, cancel);
                    break;

                case TreeEntry.File file:
                    var gzip = deflated[file.Path.Parent.Child(file.Path.Name + Compressor.Gzip.Extension)];
                    var content = await store.OpenAsync(gzip, cancel);
                    await using (content)
                        await zip.WriteFileAsync(path, file.Executable, file.Content.Size, content, gzip.Size, cancel);
                    break;
            }
        }

        await zip.CompleteAsync(cancel);
    }
}
