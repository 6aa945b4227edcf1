using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;
using Directory = Monogres.Protocol.Directory;

namespace Monogres.Platforms.Composer;

/// <summary>Looks paths up in a stored tree; each directory is read once.</summary>
internal sealed class RootPaths(IBlobStore store, Digest root)
{
    /// <summary>The kernel gives up after as many links, too (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    private readonly Dictionary<Digest, Directory> _read = [];

    /// <summary>What stands at a path, links on the way not followed: a file, link or directory node, or null.</summary>
    public async ValueTask<object?> FindAsync(RelativePath path, CancellationToken cancel)
    {
        if (path.IsRoot)
            return new DirectoryNode { Digest = root.ToWire() };
        if (await FindAsync(path.Parent, cancel) is not DirectoryNode parent)
            return null;

        var directory = await ReadAsync(parent.Digest.ToDigest(), cancel);
        return (object?)directory.Files.FirstOrDefault(file => Same(file.Name, path))
            ?? (object?)directory.Symlinks.FirstOrDefault(link => Same(link.Name, path))
            ?? directory.Directories.FirstOrDefault(child => Same(child.Name, path));
    }

    /// <summary>Whether a path leads to something when every link is followed.</summary>
    public async ValueTask<bool> ExistsAsync(RelativePath path, CancellationToken cancel)
    {
        var at = RelativePath.Root;
        var rest = new Stack<string>(path.Segments.Reverse());
        var links = 0;
        while (rest.TryPop(out var segment))
        {
            if (segment is "..")
            {
                at = at.Parent;
                continue;
            }

            switch (await FindAsync(at.Child(segment), cancel))
            {
                case null:
                case SymlinkNode when ++links > MaxLinks:
                    return false;
                case SymlinkNode link:
                    foreach (var step in link.Target.Split('/').Reverse().Where(step => step is not ("" or ".")))
                        rest.Push(step);
                    break;
                default:
                    at = at.Child(segment);
                    break;
            }
        }

        return true;
    }

    private static bool Same(string name, RelativePath path) => string.Equals(name, path.Name, StringComparison.Ordinal);

    private async ValueTask<Directory> ReadAsync(Digest digest, CancellationToken cancel)
    {
        if (!_read.TryGetValue(digest, out var directory))
            _read[digest] = directory = await store.ReadMessageAsync(Directory.Parser, digest, cancel);
        return directory;
    }
}
