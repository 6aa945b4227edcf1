namespace Monogres.Monobot.Trials;

/// <summary>
/// An index with some files changed, as a directory of links to the files of another: what is tried is never in the index that others
/// read, and a run that is stopped leaves that as it was.
/// </summary>
public sealed class StagedIndex : IDisposable
{
    private StagedIndex(string directory) => Directory = directory;

    /// <summary>Where it is.</summary>
    public string Directory { get; }

    /// <summary>Makes one.</summary>
    /// <param name="index">The index; stays as it is.</param>
    /// <param name="directory">Where to make the other one; what is there is removed.</param>
    /// <param name="changes">The files that differ, by their path in the index.</param>
    public static StagedIndex Create(string index, string directory, IReadOnlyDictionary<string, string> changes)
    {
        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
        Link(index, directory, "", changes);
        return new StagedIndex(directory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    // A directory in which nothing differs is one link.
    private static void Link(string index, string directory, string folder, IReadOnlyDictionary<string, string> changes)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(directory, folder));
        var inside = changes.Keys.Where(path => path.StartsWith(folder, StringComparison.Ordinal)).Select(path => path[folder.Length..]).ToLookup(path => path.Split('/')[0], StringComparer.Ordinal);
        var original = Path.Combine(index, folder);
        var names = System.IO.Directory.Exists(original) ? System.IO.Directory.EnumerateFileSystemEntries(original).Select(path => Path.GetFileName(path)) : [];
        foreach (var name in names.Where(name => !inside.Contains(name)))
            File.CreateSymbolicLink(Path.Combine(directory, folder, name), Path.Combine(original, name));
        foreach (var name in inside.Select(change => change.Key))
        {
            if (changes.TryGetValue(folder + name, out var text))
                File.WriteAllText(Path.Combine(directory, folder, name), text);
            else
                Link(index, directory, $"{folder}{name}/", changes);
        }
    }
}
