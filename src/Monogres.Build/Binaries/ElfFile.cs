using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Monogres.Build.Binaries;

/// <summary>
/// What a program or shared library asks of the machine it runs on, read from its ELF program headers, so that a stripped
/// file tells as much as any (System V ABI, https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html; symbol versions:
/// Linux Standard Base Core, chapter 10). Every platform here is 64-bit and little-endian, and nothing else is read.
/// </summary>
public sealed record ElfFile
{
    /// <summary>How many bytes at the start tell whether a file is ELF.</summary>
    public const int MagicLength = 4;

    private const int HeaderSize = 64, ProgramHeaderSize = 56, DynamicEntrySize = 16, VersionNeedSize = 16, VersionAuxiliarySize = 16;
    private const uint LoadSegment = 1, DynamicSegment = 2, InterpreterSegment = 3;
    private const ulong TagNeeded = 1, TagStringTable = 5, TagStringTableSize = 10, TagSoname = 14, TagRpath = 15, TagRunpath = 29, TagVersionNeed = 0x6ffffffe, TagVersionNeedCount = 0x6fffffff;

    /// <summary>The processor, <c>e_machine</c>: 62 is x86-64, 183 is AArch64.</summary>
    public required int Machine { get; init; }

    /// <summary>Whether it is a program that the loader starts, and no library (<c>PT_INTERP</c>).</summary>
    public required bool IsProgram { get; init; }

    /// <summary>The name that programs linked against it ask for (<c>DT_SONAME</c>), or null.</summary>
    public required string? Soname { get; init; }

    /// <summary>The libraries that the loader must find (<c>DT_NEEDED</c>), in order.</summary>
    public required ImmutableArray<string> Needed { get; init; }

    /// <summary>Where the loader looks first (<c>DT_RUNPATH</c>, else <c>DT_RPATH</c>), parts divided by colons, or null.</summary>
    public required string? Runpath { get; init; }

    /// <summary>The symbol versions that it needs, each with the library that must have it (<c>DT_VERNEED</c>), in order.</summary>
    public required ImmutableArray<NeededVersion> Versions { get; init; }

    /// <summary>Whether a file is ELF, by its first <see cref="MagicLength"/> bytes.</summary>
    public static bool IsElf(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F']);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no ELF file of a kind that is read here, or not as the specification says.</exception>
    public static ElfFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || !IsElf(file))
            throw new FormatException("it is not an ELF file");
        if (file[4] != 2 || file[5] != 1)
            throw new FormatException("it is not a 64-bit little-endian ELF file");

        var segments = Segments(file);
        var dynamic = segments.Where(segment => segment.Type == DynamicSegment).ToArray() is [var one, ..] ? DynamicEntries(file, one) : [];
        ulong? Tag(ulong tag) => dynamic.Where(entry => entry.Tag == tag).Select(entry => (ulong?)entry.Value).FirstOrDefault();

        var strings = Tag(TagStringTable) is { } address && Tag(TagStringTableSize) is { } size
            ? Slice(file, OffsetOf(segments, address), size, "the string table")
            : default;
        List<string> needed = [];
        foreach (var entry in dynamic)
        {
            if (entry.Tag == TagNeeded)
                needed.Add(StringAt(strings, entry.Value));
        }

        return new ElfFile
        {
            Machine = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]),
            IsProgram = segments.Any(segment => segment.Type == InterpreterSegment),
            Soname = Tag(TagSoname) is { } soname ? StringAt(strings, soname) : null,
            Needed = [.. needed],
            Runpath = (Tag(TagRunpath) ?? Tag(TagRpath)) is { } path ? StringAt(strings, path) : null,
            Versions = Tag(TagVersionNeed) is { } versions && Tag(TagVersionNeedCount) is { } count
                ? ReadVersions(file, OffsetOf(segments, versions), count, strings)
                : [],
        };
    }

    private static ImmutableArray<Segment> Segments(ReadOnlySpan<byte> file)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(file[32..]);
        var (entrySize, count) = (BinaryPrimitives.ReadUInt16LittleEndian(file[54..]), BinaryPrimitives.ReadUInt16LittleEndian(file[56..]));
        if (count > 0 && entrySize != ProgramHeaderSize)
            throw new FormatException($"its program headers have {entrySize} bytes each in place of {ProgramHeaderSize}");

        var table = Slice(file, offset, (ulong)count * ProgramHeaderSize, "the program headers");
        var segments = ImmutableArray.CreateBuilder<Segment>(count);
        for (; table.Length > 0; table = table[ProgramHeaderSize..])
        {
            segments.Add(new Segment(
                BinaryPrimitives.ReadUInt32LittleEndian(table),
                BinaryPrimitives.ReadUInt64LittleEndian(table[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(table[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(table[32..])));
        }

        return segments.MoveToImmutable();
    }

    private static List<(ulong Tag, ulong Value)> DynamicEntries(ReadOnlySpan<byte> file, Segment segment)
    {
        List<(ulong, ulong)> entries = [];
        for (var table = Slice(file, segment.Offset, segment.FileSize, "the dynamic section"); table.Length >= DynamicEntrySize; table = table[DynamicEntrySize..])
        {
            var tag = BinaryPrimitives.ReadUInt64LittleEndian(table);
            if (tag == 0)
                break;

            entries.Add((tag, BinaryPrimitives.ReadUInt64LittleEndian(table[8..])));
        }

        return entries;
    }

    private static ImmutableArray<NeededVersion> ReadVersions(ReadOnlySpan<byte> file, ulong offset, ulong count, ReadOnlySpan<byte> strings)
    {
        var versions = ImmutableArray.CreateBuilder<NeededVersion>();
        for (; count > 0; count--)
        {
            var need = Slice(file, offset, VersionNeedSize, "the needed versions");
            var library = StringAt(strings, BinaryPrimitives.ReadUInt32LittleEndian(need[4..]));
            var auxiliary = offset + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(need[2..]); left > 0; left--)
            {
                var entry = Slice(file, auxiliary, VersionAuxiliarySize, "the needed versions");
                versions.Add(new NeededVersion(library, StringAt(strings, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]))));
                auxiliary = auxiliary + BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            }

            // The last entry says that none follows, whatever the count.
            if (BinaryPrimitives.ReadUInt32LittleEndian(need[12..]) is not (> 0 and var next))
                break;

            offset = offset + next;
        }

        return versions.ToImmutable();
    }

    private static ulong OffsetOf(ImmutableArray<Segment> segments, ulong address)
    {
        foreach (var segment in segments)
        {
            if (segment.Type == LoadSegment && address >= segment.Address && address - segment.Address < segment.FileSize)
                return address - segment.Address + segment.Offset;
        }

        throw new FormatException($"the address {address:x} is in no part of the file");
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> file, ulong offset, ulong length, string what) =>
        offset <= (ulong)file.Length && length <= (ulong)file.Length - offset
            ? file.Slice((int)offset, (int)length)
            : throw new FormatException($"{what} lie outside the file");

    private static string StringAt(ReadOnlySpan<byte> strings, ulong offset)
    {
        if (offset >= (ulong)strings.Length)
            throw new FormatException("a name lies outside the string table");

        var text = strings[(int)offset..];
        return text.IndexOf((byte)0) is >= 0 and var end ? Encoding.UTF8.GetString(text[..end]) : throw new FormatException("a name has no end");
    }

    private readonly record struct Segment(uint Type, ulong Offset, ulong Address, ulong FileSize);
}

/// <summary>A symbol version that a file needs.</summary>
/// <param name="Library">The library that must have it, <c>libc.so.6</c>.</param>
/// <param name="Version">The version, <c>GLIBC_2.34</c>.</param>
public readonly record struct NeededVersion(string Library, string Version);
