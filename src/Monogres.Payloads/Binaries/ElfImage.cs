using System.Buffers.Binary;
using System.Text;

namespace Monogres.Payloads.Binaries;

/// <summary>
/// The parts of an ELF file that the loader reads: program headers, dynamic section, string table. Every access to the
/// file is checked, and ends in a <see cref="FormatException"/> when it leads outside.
/// </summary>
internal readonly ref struct ElfImage
{
    private const int HeaderSize = 64, ProgramHeaderSize = 56, DynamicEntrySize = 16;
    private const uint LoadSegment = 1, DynamicSegment = 2;
    private const ulong TagStringTable = 5, TagStringTableSize = 10;

    private readonly ReadOnlySpan<byte> _file, _strings;

    private ElfImage(ReadOnlySpan<byte> file, ElfSegment[] segments)
    {
        _file = file;
        Segments = segments;
        Dynamic = [];
        foreach (var segment in segments)
        {
            if (segment.Type != DynamicSegment)
                continue;

            Dynamic = DynamicEntries(file, segment);
            break;
        }

        if (Find(TagStringTable) is { } address && Find(TagStringTableSize) is { } size)
            _strings = At(address, size, "the string table");
    }

    /// <summary>The program headers, in order.</summary>
    public ElfSegment[] Segments { get; }

    /// <summary>The dynamic section, in order, without its end; empty when there is none.</summary>
    public List<ElfDynamicEntry> Dynamic { get; }

    /// <summary>The processor, <c>e_machine</c>.</summary>
    public int Machine => BinaryPrimitives.ReadUInt16LittleEndian(_file[18..]);

    /// <summary>Reads the headers of a file.</summary>
    /// <exception cref="FormatException">It is no ELF file of a kind that is read here, or not as the specification says.</exception>
    public static ElfImage Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || !ElfFile.IsElf(file))
            throw new FormatException("it is not an ELF file");
        if (file[4] != 2 || file[5] != 1)
            throw new FormatException("it is not a 64-bit little-endian ELF file");

        return new ElfImage(file, ReadSegments(file));
    }

    /// <summary>The value of the first dynamic entry of that kind, or null.</summary>
    public ulong? Find(ulong tag)
    {
        foreach (var entry in Dynamic)
        {
            if (entry.Tag == tag)
                return entry.Value;
        }

        return null;
    }

    /// <summary>The bytes that are loaded at an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="length">How many.</param>
    /// <param name="what">What they are, in the plural, for the message.</param>
    /// <exception cref="FormatException">They are not all in the file.</exception>
    public ReadOnlySpan<byte> At(ulong address, ulong length, string what) => Slice(_file, OffsetOf(address), length, what);

    /// <summary>All bytes from an address to the end of its segment in the file.</summary>
    /// <exception cref="FormatException">They are not all in the file.</exception>
    public ReadOnlySpan<byte> From(ulong address, string what)
    {
        var segment = SegmentOf(address);
        return Slice(_file, segment.Offset + (address - segment.Address), segment.FileSize - (address - segment.Address), what);
    }

    /// <summary>A name of the string table.</summary>
    /// <exception cref="FormatException">It is outside the table, or has no end.</exception>
    public string StringAt(ulong offset)
    {
        if (offset >= (ulong)_strings.Length)
            throw new FormatException("a name lies outside the string table");

        var text = _strings[(int)offset..];
        return text.IndexOf((byte)0) is >= 0 and var end ? Encoding.UTF8.GetString(text[..end]) : throw new FormatException("a name has no end");
    }

    /// <summary>A part of a table.</summary>
    /// <exception cref="FormatException">It lies outside.</exception>
    public static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> table, ulong offset, ulong length, string what) =>
        offset <= (ulong)table.Length && length <= (ulong)table.Length - offset
            ? table.Slice((int)offset, (int)length)
            : throw new FormatException($"{what} lie outside the file");

    private ulong OffsetOf(ulong address)
    {
        var segment = SegmentOf(address);
        return address - segment.Address + segment.Offset;
    }

    private ElfSegment SegmentOf(ulong address)
    {
        foreach (var segment in Segments)
        {
            if (segment.Type == LoadSegment && address >= segment.Address && address - segment.Address < segment.FileSize)
                return segment;
        }

        throw new FormatException($"the address {address:x} is in no part of the file");
    }

    private static ElfSegment[] ReadSegments(ReadOnlySpan<byte> file)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(file[32..]);
        var (entrySize, count) = (BinaryPrimitives.ReadUInt16LittleEndian(file[54..]), BinaryPrimitives.ReadUInt16LittleEndian(file[56..]));
        if (count > 0 && entrySize != ProgramHeaderSize)
            throw new FormatException($"its program headers have {entrySize} bytes each in place of {ProgramHeaderSize}");

        var table = Slice(file, offset, (ulong)count * ProgramHeaderSize, "the program headers");
        var segments = new ElfSegment[count];
        for (var i = 0; i < count; i++, table = table[ProgramHeaderSize..])
        {
            segments[i] = new ElfSegment(
                BinaryPrimitives.ReadUInt32LittleEndian(table),
                BinaryPrimitives.ReadUInt32LittleEndian(table[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(table[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(table[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(table[32..]));
        }

        return segments;
    }

    private static List<ElfDynamicEntry> DynamicEntries(ReadOnlySpan<byte> file, ElfSegment segment)
    {
        List<ElfDynamicEntry> entries = [];
        for (var table = Slice(file, segment.Offset, segment.FileSize, "the dynamic section"); table.Length >= DynamicEntrySize; table = table[DynamicEntrySize..])
        {
            var tag = BinaryPrimitives.ReadUInt64LittleEndian(table);
            if (tag == 0)
                break;

            entries.Add(new ElfDynamicEntry(tag, BinaryPrimitives.ReadUInt64LittleEndian(table[8..])));
        }

        return entries;
    }
}

/// <summary>A program header, without what nothing here asks for.</summary>
internal readonly record struct ElfSegment(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileSize);

/// <summary>An entry of the dynamic section.</summary>
internal readonly record struct ElfDynamicEntry(ulong Tag, ulong Value);
