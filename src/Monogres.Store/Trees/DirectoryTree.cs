using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Store.Trees;

/// <summary>A local directory, imported as a tree.</summary>
/// <param name="Root">The digest of the root directory.</param>
/// <param name="Omitted">What stands in the directory and cannot be in a tree, in the order of the paths.</param>
public sealed record DirectoryTreeResult(Digest Root, ImmutableArray<OmittedEntry> Omitted);

/// <summary>
/// Takes a directory of this machine in as a tree: names, contents, the owner's execute bit, and symbolic links that stay
/// inside. Times, owners, other modes and the order of entries on disk change nothing. What is no part of a source is left
/// out, as <see cref="SourceEntries"/> says.
/// </summary>
public static class DirectoryTree
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Stores the files and the tree.</summary>
    /// <param name="store">Where they go.</param>
    /// <param name="directory">On disk; absolute.</param>
    /// <param name="cancel">Stops; blobs that were stored stay.</param>
    /// <exception cref="UserErrorException">Something in it cannot be read, or has a name that is not UTF-8.</exception>
    public static async Task<DirectoryTreeResult> ReadAsync(IIngestingBlobStore store, string directory, CancellationToken cancel)
    {
        var found = new Found();
        Walk(directory, RelativePath.Root, found);

        var digests = new Digest[found.Files.Count];
        await Parallel.ForAsync(0, digests.Length, cancel, async (i, stop) => digests[i] = await PutAsync(store, found.Files[i].OnDisk, stop));

        var tree = new TreeBuilder();
        foreach (var path in found.Directories)
            tree.AddDirectory(path);
        for (var i = 0; i < digests.Length; i++)
            tree.AddFile(found.Files[i].Path, digests[i], found.Files[i].Executable);
        foreach (var (path, target) in found.Links)
            AddLink(tree, found, path, target);
        return new DirectoryTreeResult(await tree.WriteAsync(store, cancel), [.. found.Omitted.OrderBy(entry => entry.Path.Value, StringComparer.Ordinal)]);
    }

    private static void Walk(string directory, RelativePath at, Found found)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything))
                Add(entry, at, found);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw DirectoryErrors.Unreadable(directory, denied);
        }
    }

    private static void Add(FileSystemInfo entry, RelativePath at, Found found)
    {
        if (SourceEntries.IsIgnored(entry.Name))
            return;

        // The runtime decodes what is not UTF-8 to this character: two names would become one.
        if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
            throw DirectoryErrors.NotUtf8(entry.FullName);

        var path = at.Child(entry.Name);
        if (entry.LinkTarget is { } target)
        {
            found.Links.Add((path, target));
        }
        else if (entry is DirectoryInfo)
        {
            found.Directories.Add(path);
            Walk(entry.FullName, path, found);
        }
        else if (LibC.Stat(entry.FullName) is not { IsFile: true })
        {
            // A pipe would wait for whoever writes to it.
            found.Omitted.Add(new OmittedEntry(path, SourceEntries.NoFile));
        }
        else
        {
            found.Files.Add((path, entry.FullName, entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute)));
        }
    }

    private static async Task<Digest> PutAsync(IIngestingBlobStore store, string file, CancellationToken cancel)
    {
        FileStream content;
        try
        {
            content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw DirectoryErrors.Unreadable(file, denied);
        }

        await using (content)
            return await store.PutAsync(content, cancel);
    }

    private static void AddLink(TreeBuilder tree, Found found, RelativePath path, string target)
    {
        if (SourceEntries.LinkIn(path.Parent, target, out var reason) is { } text)
            tree.AddSymlink(path, text);
        else
            found.Omitted.Add(new OmittedEntry(path, reason));
    }

    private sealed class Found
    {
        public List<RelativePath> Directories { get; } = [];

        public List<(RelativePath Path, string OnDisk, bool Executable)> Files { get; } = [];

        public List<(RelativePath Path, string Target)> Links { get; } = [];

        public List<OmittedEntry> Omitted { get; } = [];
    }
}

/// <summary>What can be wrong with a directory that is taken in.</summary>
public static class DirectoryErrors
{
    /// <summary>A file or directory cannot be read.</summary>
    public static UserErrorException Unreadable(string path, Exception inner) => new(
        $"`{path}` cannot be read", "give yourself permission to read it, or take it out of the directory", [inner.Message], inner);

    /// <summary>The name of an entry is not UTF-8.</summary>
    public static UserErrorException NotUtf8(string path) => new($"the name of `{path}` is not UTF-8", "rename it, or take it out of the directory");
}
