using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Monogres.Index.Cache;

/// <summary>What the file system says of a file or directory that changes whenever the file does (statx(2)). Links are followed.</summary>
/// <param name="Inode">Which file it is: one that was put in place of another is another.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When its content was changed, in nanoseconds since 1970. Programs can set it.</param>
/// <param name="Changed">When anything about it was changed, in nanoseconds since 1970. Only the system sets it.</param>
internal readonly partial record struct FileStamp(long Inode, long Size, long Modified, long Changed)
{
    /// <summary>Bytes of a stamp as <see cref="WriteTo"/> writes it.</summary>
    public const int Length = 4 * sizeof(long);

    private const int AtCurrentDirectory = -100;

    // STATX_MTIME | STATX_CTIME | STATX_INO | STATX_SIZE, and where struct statx has them: the same on every architecture.
    private const uint Wanted = 0x40 | 0x80 | 0x100 | 0x200;
    private const int InodeAt = 32, SizeAt = 40, ChangedAt = 96, ModifiedAt = 112, StatxLength = 256;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Asks about a file; false when it is not there or may not be asked about.</summary>
    /// <param name="path">Its absolute path in UTF-8, ended by a zero byte.</param>
    /// <param name="stamp">What there is to say.</param>
    public static bool TryRead(ReadOnlySpan<byte> path, out FileStamp stamp)
    {
        Span<byte> answer = stackalloc byte[StatxLength];
        if (path[^1] != 0 || Statx(AtCurrentDirectory, in MemoryMarshal.GetReference(path), flags: 0, Wanted, ref MemoryMarshal.GetReference(answer)) != 0)
        {
            stamp = default;
            return false;
        }

        stamp = new FileStamp(Number(answer, InodeAt), Number(answer, SizeAt), Time(answer, ModifiedAt), Time(answer, ChangedAt));
        return true;
    }

    /// <summary>Reads what <see cref="WriteTo"/> has written.</summary>
    public static FileStamp ReadFrom(ReadOnlySpan<byte> bytes) =>
        new(ReadLong(bytes, 0), ReadLong(bytes, 1), ReadLong(bytes, 2), ReadLong(bytes, 3));

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(long)..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(2 * sizeof(long))..], Modified);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(3 * sizeof(long))..], Changed);
    }

    private static long ReadLong(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(index * sizeof(long))..]);

    // The answer is in the byte order of the machine.
    private static long Number(ReadOnlySpan<byte> answer, int at) => MemoryMarshal.Read<long>(answer[at..]);

    // Seconds in 64 bits, then nanoseconds in 32.
    private static long Time(ReadOnlySpan<byte> answer, int at) => (Number(answer, at) * NanosecondsPerSecond) + MemoryMarshal.Read<uint>(answer[(at + sizeof(long))..]);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Statx(int directory, in byte path, int flags, uint wanted, ref byte answer);
}
