using Microsoft.Win32.SafeHandles;

namespace Monogres.Store.Disk;

/// <summary>
/// A file on its way into the store: written under a temporary name, then renamed to its own. Disposed before that, it
/// leaves nothing. There is no <c>fsync</c>: after a power cut a file can be short, and whoever opens one checks its size.
/// </summary>
internal sealed class NewFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private long _length;
    private bool _finished;

    private NewFile(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    /// <summary>Opens a temporary file.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static NewFile Create(TemporaryNames names)
    {
        while (true)
        {
            var path = names.Next();
            if (LibC.TryOpen(path, LibC.WriteOnlyAccess | LibC.Create | LibC.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite, out var error) is { } handle)
                return new NewFile(path, handle);

            if (error != LibC.Exists)
                throw LibC.Failed(error, "cannot create", path);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        _length += bytes.Length;
    }

    /// <summary>Gives the file its permissions, times and name; makes the directory above it when that is missing.</summary>
    /// <exception cref="IOException">That is not possible.</exception>
    public void Finish(string path, UnixFileMode mode, DateTimeOffset lastUse, DateTimeOffset? lastWrite)
    {
        LibC.SetMode(_handle, _path, mode);
        LibC.SetTimes(_handle, _path, lastUse, lastWrite);
        _handle.Dispose();
        Place(_path, path);
        _finished = true;
    }

    /// <summary>Renames a finished file to its place, and makes the directory above it when that is missing.</summary>
    /// <exception cref="IOException">That is not possible.</exception>
    public static void Place(string from, string to)
    {
        var error = LibC.Rename(from, to);
        if (error == LibC.NoEntry)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            error = LibC.Rename(from, to);
        }

        if (error != 0)
            throw LibC.Failed(error, "cannot rename to", to);
    }

    public void Dispose()
    {
        if (_finished)
            return;

        _handle.Dispose();
        LibC.Unlink(_path);
    }
}
