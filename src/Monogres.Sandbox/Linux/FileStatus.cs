using System.Runtime.InteropServices;

namespace Monogres.Sandbox.Linux;

/// <summary>What stands at a path, links not followed (statx(2), whose layout is the same on every architecture).</summary>
internal readonly partial record struct FileStatus(uint Mode, uint LinkCount, ulong Inode, long Size, uint User, uint Group)
{
    private const uint TypeMask = 0xF000;

    public bool IsFile => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsSymlink => (Mode & TypeMask) == 0xA000;

    /// <summary>Whether it belongs to the user and the group of this process, the only ones that a user namespace of ours shows.</summary>
    public bool IsOurs => User == Posix.GetEffectiveUserId() && Group == Posix.GetEffectiveGroupId();

    public bool IsDevice => (Mode & TypeMask) == 0x2000;

    /// <summary>Whether the owner may execute it.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;

    /// <summary>The kind of entry, for people.</summary>
    public string Kind => (Mode & TypeMask) switch
    {
        0x8000 => "a file",
        0x4000 => "a directory",
        0xA000 => "a symbolic link",
        0xC000 => "a socket",
        0x1000 => "a named pipe",
        0x2000 => "a character device",
        0x6000 => "a block device",
        _ => "of an unknown kind",
    };

    /// <summary>Reads the status; null when nothing is there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStatus? Of(string path)
    {
        const int noEntry = 2, notDirectory = 20;
        if (StatX(Posix.AT_FDCWD, path, Posix.AT_SYMLINK_NOFOLLOW, 0x7ff, out var status) == 0)
            return new FileStatus(status.Mode, status.LinkCount, status.Inode, (long)status.Size, status.User, status.Group);

        return Marshal.GetLastPInvokeError() is noEntry or notDirectory ? null : throw Posix.LastError($"stat {path}");
    }

    /// <summary>Reads the status of an open file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStatus Of(int descriptor)
    {
        const int ofDescriptor = 0x1000; // AT_EMPTY_PATH
        return StatX(descriptor, "", ofDescriptor, 0x7ff, out var status) == 0
            ? new FileStatus(status.Mode, status.LinkCount, status.Inode, (long)status.Size, status.User, status.Group)
            : throw Posix.LastError("stat an open file");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Layout status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Layout
    {
        [FieldOffset(16)] public uint LinkCount;
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
    }
}
