namespace Monogres.Store.Disk;

/// <summary>What stands at a path, by the numbers of <c>S_IFMT</c> (inode(7)).</summary>
public enum FileType
{
    /// <summary>Nothing that is known here.</summary>
    Unknown = 0,

    /// <summary>A named pipe: opening it waits for whoever writes.</summary>
    Pipe = 1,

    /// <summary>A character device.</summary>
    CharacterDevice = 2,

    /// <summary>A directory.</summary>
    Directory = 4,

    /// <summary>A block device.</summary>
    BlockDevice = 6,

    /// <summary>A plain file.</summary>
    File = 8,

    /// <summary>A symbolic link.</summary>
    Symlink = 10,

    /// <summary>A socket.</summary>
    Socket = 12,
}

/// <summary>What the kernel knows about one file.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Mode">Its permissions, with set-id and sticky bits.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="Allocated">Bytes of disk.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="LastUse">Its access time, which the store sets itself.</param>
/// <param name="LastWrite">Its modification time.</param>
/// <param name="Identity">Device and inode: equal for two names of one file.</param>
/// <param name="Times">When its content was changed, which programs can set, and when anything about it was changed, which only the kernel sets: in nanoseconds since 1970.</param>
public readonly record struct FileFacts(
    FileType Type, int Mode, long Size, long Allocated, uint Links, DateTimeOffset LastUse, DateTimeOffset LastWrite, (uint Major, uint Minor, ulong Inode) Identity, (long Written, long Changed) Times)
{
    private const int PermissionBits = 0xFFF, TypeShift = 12;

    /// <summary>Whether it is a plain file.</summary>
    public bool IsFile => Type == FileType.File;

    /// <summary>What stands at a path, symbolic links not followed; null when there is nothing.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileFacts? Of(string path) => LibC.Stat(path);

    internal static FileFacts Of(in LibC.StatX facts) => new(
        (FileType)(facts.Mode >> TypeShift), facts.Mode & PermissionBits, facts.Size, facts.Blocks * 512, facts.Links,
        Time(facts.AccessSeconds, facts.AccessNanoseconds), Time(facts.WriteSeconds, facts.WriteNanoseconds),
        (facts.DeviceMajor, facts.DeviceMinor, facts.Inode),
        (Nanoseconds(facts.WriteSeconds, facts.WriteNanoseconds), Nanoseconds(facts.ChangeSeconds, facts.ChangeNanoseconds)));

    private static long Nanoseconds(long seconds, uint nanoseconds) => (seconds * 1_000_000_000) + nanoseconds;

    private static DateTimeOffset Time(long seconds, uint nanoseconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
