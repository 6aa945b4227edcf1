using Microsoft.Win32.SafeHandles;
using Monogres.Store.Disk;

namespace Monogres.Store.Locks;

/// <summary>
/// An <c>flock</c> on a file of that name. The kernel releases it when the process ends, however it ends. The file may be
/// removed by its holder: whoever locked a file that has lost its name meanwhile takes the new one.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly bool _remove;

    private FileLock(string path, SafeFileHandle handle, bool remove) => (_path, _handle, _remove) = (path, handle, remove);

    /// <summary>Takes the lock without waiting, or null when somebody else has it.</summary>
    /// <param name="path">The file, made when it is not there.</param>
    /// <param name="shared">Whether others may share it.</param>
    /// <param name="removeAfterwards">Whether the file goes with the lock. Only for locks that are never shared.</param>
    /// <exception cref="IOException">The file cannot be made or locked.</exception>
    public static FileLock? TryAcquire(string path, bool shared, bool removeAfterwards)
    {
        while (true)
        {
            var handle = LibC.TryOpen(path, LibC.ReadWriteAccess | LibC.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite, out var error)
                ?? throw LibC.Failed(error, "cannot open", path);
            if (!LibC.TryLock(handle, path, shared))
            {
                handle.Dispose();
                return null;
            }

            if (LibC.Stat(path)?.Identity == LibC.Stat(handle, path).Identity)
                return new FileLock(path, handle, removeAfterwards);

            handle.Dispose();
        }
    }

    /// <summary>Replaces what stands in the file; for people, so that others can say whom they wait for.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        RandomAccess.SetLength(_handle, 0);
        RandomAccess.Write(_handle, text, 0);
    }

    public void Dispose()
    {
        // While it is still locked: nobody else can be about to take this very file.
        if (_remove && !_handle.IsClosed)
            LibC.Unlink(_path);
        _handle.Dispose();
    }
}
