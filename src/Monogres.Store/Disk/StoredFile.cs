namespace Monogres.Store.Disk;

/// <summary>A file in one of the store's directories with 256 parts (<c>ab/…</c>).</summary>
internal readonly record struct StoredFile(string Path, FileFacts Facts)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Every file, part by part, in the order of names, so that reports can be compared. A file that disappears meanwhile is left out.</summary>
    public static IEnumerable<StoredFile> Below(string directory)
    {
        foreach (var part in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            foreach (var path in Directory.EnumerateFiles(part).Order(StringComparer.Ordinal))
            {
                if (LibC.Stat(path) is { } facts)
                    yield return new StoredFile(path, facts);
            }
        }
    }
}
