using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Testing;

/// <summary>Puts a directory on disk into a store as a tree: files, the owner's execute bit, links as they are.</summary>
public static class TreeOfDirectory
{
    public static async Task<Digest> PutAsync(IIngestingBlobStore store, string directory, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        await AddAsync(store, tree, new DirectoryInfo(directory), RelativePath.Root, cancel);
        return await tree.WriteAsync(store, cancel);
    }

    private static async Task AddAsync(IIngestingBlobStore store, TreeBuilder tree, DirectoryInfo directory, RelativePath at, CancellationToken cancel)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            var path = at.Child(entry.Name);
            if (entry.LinkTarget is { } target)
            {
                tree.AddSymlink(path, target);
            }
            else if (entry is DirectoryInfo child)
            {
                tree.AddDirectory(path);
                await AddAsync(store, tree, child, path, cancel);
            }
            else
            {
                var content = File.OpenRead(entry.FullName);
                await using (content)
                    tree.AddFile(path, await store.PutAsync(content, cancel), entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute));
            }
        }
    }
}
