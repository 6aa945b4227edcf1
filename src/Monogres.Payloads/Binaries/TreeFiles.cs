using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;
using Digest = Monogres.Core.Digest;
using Wire = Monogres.Protocol;

namespace Monogres.Payloads.Binaries;

/// <summary>Finds single files in stored trees, through symbolic links, as a program in that tree would. Each directory is read once.</summary>
/// <param name="blobs">Has the trees.</param>
public sealed class TreeFiles(IBlobStore blobs)
{
    // As many as Linux follows (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly ConcurrentDictionary<Digest, Wire.Directory> _directories = new();

    /// <summary>The content of the file at a path, or null when there is none.</summary>
    /// <exception cref="BlobMissingException">A directory of the tree is lost.</exception>
    public async ValueTask<Digest?> FindFileAsync(Digest root, RelativePath path, CancellationToken cancel) =>
        await FindAsync(root, path, cancel) is (var directory, { Length: > 0 } name)
            ? directory.Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal))?.Digest.ToDigest()
            : null;

    /// <summary>The directory at a path, or null when there is none.</summary>
    /// <exception cref="BlobMissingException">A directory of the tree is lost.</exception>
    public async ValueTask<Wire.Directory?> FindDirectoryAsync(Digest root, RelativePath path, CancellationToken cancel) =>
        await FindAsync(root, path, cancel) is (var directory, "") ? directory : null;

    /// <summary>Where a path leads: a directory, and the name of a file in it or nothing for the directory itself; null when it leads nowhere.</summary>
    private async ValueTask<(Wire.Directory Directory, string File)?> FindAsync(Digest root, RelativePath path, CancellationToken cancel)
    {
        for (var followed = 0; followed <= MostLinks; followed++)
        {
            var (at, directory, segments) = (RelativePath.Root, await ReadAsync(root, cancel), path.Segments);
            string? link = null;
            var i = 0;
            for (; i < segments.Length && link is null; i++)
            {
                if (directory.Directories.FirstOrDefault(child => string.Equals(child.Name, segments[i], StringComparison.Ordinal)) is { } child)
                {
                    directory = await ReadAsync(child.Digest.ToDigest(), cancel);
                    at = at.Child(segments[i]);
                }
                else if (directory.Symlinks.FirstOrDefault(symlink => string.Equals(symlink.Name, segments[i], StringComparison.Ordinal)) is { } symlink)
                {
                    link = symlink.Target;
                }
                else
                {
                    return i == segments.Length - 1 ? (directory, segments[i]) : null;
                }
            }

            if (link is null)
                return (directory, "");
            if (!RelativePath.TryResolve(at, string.Join('/', [link, .. segments[i..]]), out path))
                return null;
        }

        return null;
    }

    private async ValueTask<Wire.Directory> ReadAsync(Digest digest, CancellationToken cancel) =>
        _directories.TryGetValue(digest, out var known) ? known : _directories.GetOrAdd(digest, await blobs.ReadMessageAsync(Wire.Directory.Parser, digest, cancel));
}
