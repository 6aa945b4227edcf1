using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Tar;

/// <summary>
/// Lays a payload out as a tar archive: one top directory, then the payload's own prefix (<c>bin lib share include</c>),
/// so that the tree runs from wherever it is unpacked.
/// </summary>
/// <param name="store">Holds the payload.</param>
public sealed class TarPackager(IBlobStore store) : IPackager
{
    /// <inheritdoc/>
    public string FileNameOf(PackageRequest request) => $"{request.Name}.tar";

    /// <inheritdoc/>
    public async Task WriteAsync(PackageRequest request, Stream output, CancellationToken cancel)
    {
        var payload = await TreeWalk.FindDirectoryAsync(store, request.Tree, request.Prefix, cancel)
            ?? throw new InvalidOperationException($"the payload of {request.Target} has no directory `/{request.Prefix}`");
        var root = RelativePath.Root.Child(request.Name);
        var tar = new CanonicalTarWriter(output, request.SourceDate);
        await tar.WriteDirectoryAsync(root, cancel);
        await foreach (var entry in TreeWalk.EntriesAsync(store, payload, cancel))
        {
            var path = root.Combine(entry.Path);
            switch (entry)
            {
                case TreeEntry.Directory:
                    await tar.WriteDirectoryAsync(path, cancel);
                    break;

                case TreeEntry.Symlink link:
                    await tar.WriteSymlinkAsync(path, link.Target, cancel);
                    break;

                case TreeEntry.File file:
                    var content = await store.OpenAsync(file.Content, cancel);
                    await using (content)
                        await tar.WriteFileAsync(path, file.Executable, file.Content.Size, content, cancel);
                    break;
            }
        }

        await tar.CompleteAsync(cancel);
    }
}
