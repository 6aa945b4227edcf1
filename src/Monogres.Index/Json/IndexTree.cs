using System.IO.Enumeration;

namespace Monogres.Index.Json;

/// <summary>Something in the directory of an index.</summary>
/// <param name="Path">Its path, relative to the index and separated by slashes; empty for the index itself.</param>
/// <param name="IsDirectory">Whether it is a directory, or a link to one.</param>
internal readonly record struct IndexEntry(string Path, bool IsDirectory);

/// <summary>Lists an index.</summary>
internal static class IndexTree
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Every file and directory, each directory before what is in it, in no certain order besides.</summary>
    public static IEnumerable<IndexEntry> Of(string directory)
    {
        var open = new Stack<string>([""]);
        while (open.TryPop(out var folder))
        {
            yield return new IndexEntry(folder, IsDirectory: true);

            // One pass over a directory tells which entries are directories, without asking about each.
            foreach (var entry in new FileSystemEnumerable<IndexEntry>(Path.Combine(directory, folder), (ref FileSystemEntry entry) => new IndexEntry(entry.FileName.ToString(), entry.IsDirectory), Everything))
            {
                var path = folder.Length == 0 ? entry.Path : $"{folder}/{entry.Path}";
                if (entry.IsDirectory)
                    open.Push(path);
                else
                    yield return new IndexEntry(path, IsDirectory: false);
            }
        }
    }
}
