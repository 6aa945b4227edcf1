using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Monogres.Store.Disk;

/// <summary>
/// The calls of the C library that the base class library does not offer, or offers with several calls more than a
/// store of many thousand small files can afford. Constants are those of the generic Linux ABI (amd64, arm64).
/// </summary>
internal static partial class LibC
{
    public const int NoEntry = 2, Access = 13, Exists = 17, CrossDevice = 18, NoSpace = 28, ReadOnly = 30, Again = 11, Interrupted = 4, NotPermitted = 1, Quota = 122;

    public const int ReadOnlyAccess = 0, WriteOnlyAccess = 1, ReadWriteAccess = 2, Create = 0x40, Exclusive = 0x80, AppendOnly = 0x400, NoAccessTime = 0x40000, CloseOnExec = 0x80000;

    private const int AtFdCwd = -100, SymlinkNoFollow = 0x100, EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int LockShared = 1, LockExclusive = 2, LockNonBlocking = 4;
    private const long OmitTime = (1L << 30) - 2;

    /// <summary>Opens a file; null with the error number when that is not possible.</summary>
    public static SafeFileHandle? TryOpen(string path, int flags, UnixFileMode mode, out int error)
    {
        while (true)
        {
            var descriptor = open(path, flags | CloseOnExec, (int)mode);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (descriptor >= 0)
                return new SafeFileHandle(descriptor, ownsHandle: true);

            if (error != Interrupted)
                return null;
        }
    }

    /// <summary>What the kernel knows about a path, symbolic links not followed; null when there is nothing.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileFacts? Stat(string path)
    {
        if (statx(AtFdCwd, path, SymlinkNoFollow, BasicStats, out var facts) == 0)
            return FileFacts.Of(facts);

        var error = Marshal.GetLastPInvokeError();
        return error is NoEntry or 20 /* ENOTDIR */ ? null : throw Failed(error, "cannot look at", path);
    }

    /// <summary>What the kernel knows about an open file.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileFacts Stat(SafeFileHandle file, string path) => statx(Number(file), "", EmptyPath, BasicStats, out var facts) == 0
        ? FileFacts.Of(facts)
        : throw Failed(Marshal.GetLastPInvokeError(), "cannot look at", path);

    /// <summary>Sets the times of an open file to the nanosecond; a null time stays.</summary>
    /// <exception cref="IOException">They cannot be set.</exception>
    public static void SetTimes(SafeFileHandle file, string path, DateTimeOffset? access, DateTimeOffset? write)
    {
        if (futimens(Number(file), [TimeSpec.Of(access), TimeSpec.Of(write)]) != 0)
            throw Failed(Marshal.GetLastPInvokeError(), "cannot set the times of", path);
    }

    /// <summary>Sets when a path was last used. A file that is gone meanwhile is no error, nor is one that belongs to somebody else.</summary>
    public static void SetAccessTime(string path, DateTimeOffset time) =>
        _ = utimensat(AtFdCwd, path, [TimeSpec.Of(time), TimeSpec.Of(null)], SymlinkNoFollow);

    /// <summary>Sets the permissions of an open file, whatever the umask is.</summary>
    /// <exception cref="IOException">They cannot be set.</exception>
    public static void SetMode(SafeFileHandle file, string path, UnixFileMode mode)
    {
        if (fchmod(Number(file), (int)mode) != 0)
            throw Failed(Marshal.GetLastPInvokeError(), "cannot set the permissions of", path);
    }

    /// <summary>Renames, replacing what is at the new name; the error number, or 0.</summary>
    public static int Rename(string from, string to) => rename(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Removes a name; whether it was there.</summary>
    /// <exception cref="IOException">It is there and cannot be removed.</exception>
    public static bool Unlink(string path)
    {
        if (unlink(path) == 0)
            return true;

        var error = Marshal.GetLastPInvokeError();
        return error == NoEntry ? false : throw Failed(error, "cannot remove", path);
    }

    /// <summary>Takes the file's <c>flock</c> without waiting; false when somebody else has it.</summary>
    /// <exception cref="IOException">The file system knows no locks.</exception>
    public static bool TryLock(SafeFileHandle file, string path, bool shared)
    {
        while (flock(Number(file), (shared ? LockShared : LockExclusive) | LockNonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Again)
                return false;

            if (error != Interrupted)
                throw Failed(error, "cannot lock", path);
        }

        return true;
    }

    /// <summary>The exception for an error number, which it carries as its <c>HResult</c>, as those of the base class library do.</summary>
    public static IOException Failed(int error, string doing, string path) =>
        new($"{doing} {path}: {new Win32Exception(error).Message}", error);

    // The handle is held by the caller for the whole call.
    private static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, out StatX facts);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(int file, ReadOnlySpan<TimeSpec> times);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int utimensat(int directory, string path, ReadOnlySpan<TimeSpec> times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(int file, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int file, int operation);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(long seconds, long nanoseconds)
    {
        public readonly long Seconds = seconds;
        public readonly long Nanoseconds = nanoseconds;

        public static TimeSpec Of(DateTimeOffset? time)
        {
            if (time is not { } given)
                return new TimeSpec(0, OmitTime);

            var seconds = given.ToUnixTimeSeconds();
            return new TimeSpec(seconds, (given.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcTicks) * TimeSpan.NanosecondsPerTick);
        }
    }

    /// <summary><c>struct statx</c> of the kernel, the same on every architecture; the fields that are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal readonly struct StatX
    {
        [FieldOffset(16)] public readonly uint Links;
        [FieldOffset(28)] public readonly ushort Mode;
        [FieldOffset(32)] public readonly ulong Inode;
        [FieldOffset(40)] public readonly long Size;
        [FieldOffset(48)] public readonly long Blocks;
        [FieldOffset(64)] public readonly long AccessSeconds;
        [FieldOffset(72)] public readonly uint AccessNanoseconds;
        [FieldOffset(96)] public readonly long ChangeSeconds;
        [FieldOffset(104)] public readonly uint ChangeNanoseconds;
        [FieldOffset(112)] public readonly long WriteSeconds;
        [FieldOffset(120)] public readonly uint WriteNanoseconds;
        [FieldOffset(136)] public readonly uint DeviceMajor;
        [FieldOffset(140)] public readonly uint DeviceMinor;
    }
}
