using Microsoft.Win32.SafeHandles;

namespace Monogres.Store.Disk;

/// <summary>Reading that leaves the access time alone, because for the store that is the time of the last <em>use</em>, and upkeep is none.</summary>
internal static class QuietFile
{
    /// <summary>Opens a file for reading, or null when there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? Open(string path)
    {
        // Only the owner may ask the kernel to leave the time alone.
        var handle = LibC.TryOpen(path, LibC.ReadOnlyAccess | LibC.NoAccessTime, default, out var error);
        if (handle is null && error == LibC.NotPermitted)
            handle = LibC.TryOpen(path, LibC.ReadOnlyAccess, default, out error);

        return handle is not null || error == LibC.NoEntry ? handle : throw LibC.Failed(error, "cannot open", path);
    }

    /// <summary>The whole content, or null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadAll(string path)
    {
        using var handle = Open(path);
        if (handle is null)
            return null;

        var bytes = new byte[LibC.Stat(handle, path).Size];
        var filled = 0;
        for (int count; filled < bytes.Length && (count = RandomAccess.Read(handle, bytes.AsSpan(filled), filled)) > 0; filled += count)
        {
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }
}
