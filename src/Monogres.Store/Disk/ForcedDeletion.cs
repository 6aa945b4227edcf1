namespace Monogres.Store.Disk;

/// <summary>Deletes what an ordinary user can delete only with some insistence.</summary>
public static class ForcedDeletion
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Deletes a file or a directory with all that is in it; no error when it is not there. Directories that forbid it are
    /// opened first: materialised trees are read-only, and the kernel leaves overlay work directories without any permission.
    /// Symbolic links are never followed.
    /// </summary>
    /// <exception cref="IOException">Something in it belongs to somebody else, or is in use as a mount point.</exception>
    public static void Delete(string path)
    {
        var info = new DirectoryInfo(path);
        if (info.LinkTarget is null && info.Exists)
        {
            info.UnixFileMode = Open;
            foreach (var entry in info.EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo { LinkTarget: null })
                    Delete(entry.FullName);
                else
                    LibC.Unlink(entry.FullName);
            }

            Directory.Delete(path);
            return;
        }

        LibC.Unlink(path);
    }
}
