using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Store.Upkeep;

/// <summary>
/// Checks materialised trees. Their files are names of blobs, so the blobs' check is theirs; but a blob that was found
/// damaged and restored is a new file, and the tree still has the old one.
/// </summary>
/// <param name="blobs">What the trees were linked from.</param>
/// <param name="healthy">The files of blobs that have the right content.</param>
internal sealed class RootCheck(DiskBlobStore blobs, HashSet<(uint, uint, ulong)> healthy)
{
    // Symbolic links have no content, and are not followed.
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The first file with content that the tree does not have, or null.</summary>
    public string? FirstDamaged(RootDirectory root, CancellationToken cancel)
    {
        HashSet<Sha256Hash>? contents = null;
        foreach (var path in Directory.EnumerateFiles(root.Path, "*", Everything).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            if (LibC.Stat(path) is not { IsFile: true } facts || healthy.Contains(facts.Identity))
                continue;

            // A copy is as good as a link: a file system allows only so many names for one file.
            contents ??= ContentsOf(root);
            if (UntouchedFile.Hash(path, cancel) is { } hash && !contents.Contains(hash))
                return path;
        }

        return null;
    }

    private HashSet<Sha256Hash> ContentsOf(RootDirectory root)
    {
        var seen = new HashSet<Reference>();
        var pending = new Stack<Reference>();
        if (root.Tree is { } tree)
            pending.Push(new Reference(tree, ReferenceKind.Directory));
        while (pending.TryPop(out var reference))
        {
            if (!seen.Add(reference))
                continue;

            foreach (var needed in References.Of(blobs, reference))
                pending.Push(needed);
        }

        return [.. seen.Where(reference => reference.Kind == ReferenceKind.Content).Select(reference => reference.Blob.Hash)];
    }
}
