using System.Runtime.CompilerServices;
using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Store.Trees;

/// <summary>One entry of a tree.</summary>
public abstract record TreeEntry(RelativePath Path)
{
    /// <summary>A directory; its entries follow it.</summary>
    public sealed record Directory(RelativePath Path, Digest Digest) : TreeEntry(Path);

    /// <summary>A file.</summary>
    public sealed record File(RelativePath Path, Digest Content, bool Executable) : TreeEntry(Path);

    /// <summary>A symbolic link.</summary>
    public sealed record Symlink(RelativePath Path, string Target) : TreeEntry(Path);
}

/// <summary>Reads stored trees.</summary>
public static class TreeWalk
{
    /// <summary>Every entry below a root (without the root itself), parents first, entries of a directory in the order of their names' UTF-8 bytes.</summary>
    /// <exception cref="BlobMissingException">A directory of the tree is not in the store.</exception>
    public static async IAsyncEnumerable<TreeEntry> EntriesAsync(IBlobStore store, Digest root, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pending = new Stack<TreeEntry>();
        pending.Push(new TreeEntry.Directory(RelativePath.Root, root));
        while (pending.TryPop(out var entry))
        {
            if (!entry.Path.IsRoot)
                yield return entry;

            if (entry is not TreeEntry.Directory directory)
                continue;

            var message = await store.ReadMessageAsync(Wire.Directory.Parser, directory.Digest, cancel);
            var children = message.Files.Select(file => (TreeEntry)new TreeEntry.File(entry.Path.Child(file.Name), file.Digest.ToDigest(), file.IsExecutable))
                .Concat(message.Symlinks.Select(link => new TreeEntry.Symlink(entry.Path.Child(link.Name), link.Target)))
                .Concat(message.Directories.Select(child => new TreeEntry.Directory(entry.Path.Child(child.Name), child.Digest.ToDigest())));
            foreach (var child in children.OrderByDescending(child => child.Path.Name, Utf8Order.Comparer))
                pending.Push(child);
        }
    }

    /// <summary>The content of the file at a path, or null when there is no file there.</summary>
    /// <exception cref="BlobMissingException">A directory of the tree is not in the store.</exception>
    public static async ValueTask<Digest?> FindFileAsync(IBlobStore store, Digest root, RelativePath path, CancellationToken cancel)
    {
        if (path.IsRoot || await FindDirectoryAsync(store, root, path.Parent, cancel) is not { } directory)
            return null;

        var message = await store.ReadMessageAsync(Wire.Directory.Parser, directory, cancel);
        return message.Files.FirstOrDefault(file => string.Equals(file.Name, path.Name, StringComparison.Ordinal))?.Digest.ToDigest();
    }

    /// <summary>The subtree at a path, or null when there is no directory there.</summary>
    public static async ValueTask<Digest?> FindDirectoryAsync(IBlobStore store, Digest root, RelativePath path, CancellationToken cancel)
    {
        var at = root;
        foreach (var segment in path.Segments)
        {
            var message = await store.ReadMessageAsync(Wire.Directory.Parser, at, cancel);
            if (message.Directories.FirstOrDefault(child => string.Equals(child.Name, segment, StringComparison.Ordinal)) is not { } found)
                return null;

            at = found.Digest.ToDigest();
        }

        return at;
    }
}
