using Monogres.Sandbox.Linux;

namespace Monogres.Sandbox.Roots;

/// <summary>
/// A materialised root in use: a shared <c>flock</c> on the directory itself, which the kernel releases when the process
/// ends, however it ends. Whoever removes roots takes the exclusive lock first (<see cref="RootMaterializer.TryRemove"/>).
/// </summary>
public sealed class RootLease : IDisposable
{
    private const int ReadOnlyDirectory = 0x80000 | 0x10000; // O_CLOEXEC | O_DIRECTORY on amd64
    private const int ReadOnlyDirectoryArm = 0x80000 | 0x4000; // arm64 has another O_DIRECTORY
    private const int Shared = 1, Exclusive = 2, DoNotWait = 4;

    private int _descriptor;

    private RootLease(string path, int descriptor) => (Path, _descriptor) = (path, descriptor);

    /// <summary>The directory; absolute.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _descriptor, -1) is >= 0 and var descriptor)
            _ = Posix.Close(descriptor);
    }

    /// <summary>Takes a root for use; null when it is not there or is just being removed.</summary>
    internal static RootLease? TryShare(string path) => TryLock(path, Shared | DoNotWait);

    /// <summary>Takes a root for removal; null when it is not there or in use.</summary>
    internal static RootLease? TryExclude(string path) => TryLock(path, Exclusive | DoNotWait);

    private static RootLease? TryLock(string path, int operation)
    {
        var flags = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? ReadOnlyDirectoryArm
            : ReadOnlyDirectory;
        var descriptor = Posix.Open(path, flags, 0);
        if (descriptor < 0)
            return null;

        var lease = new RootLease(path, descriptor);
        if (Posix.Lock(descriptor, operation) == 0 && FileStatus.Of(path) is { } named && named.Inode == FileStatus.Of(descriptor).Inode)
            return lease;

        lease.Dispose();
        return null;
    }
}
