using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Monogres.Payloads.Binaries;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>A section of an ELF file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds, <c>sh_type</c>.</param>
/// <param name="Flags">How it is used, <c>sh_flags</c>.</param>
/// <param name="Address">Where it is loaded.</param>
/// <param name="Link">The section that it refers to, for a table of symbols that of their names.</param>
/// <param name="Content">Its bytes, decompressed; none of a section that has none in the file.</param>
/// <param name="Size">How long it is when loaded.</param>
internal sealed record ElfSection(string Name, uint Type, ulong Flags, ulong Address, int Link, ReadOnlyMemory<byte> Content, ulong Size)
{
    public bool IsCode => (Flags & 4) != 0;

    public bool IsLoaded => (Flags & 2) != 0;
}

/// <summary>A symbol of an ELF file.</summary>
internal readonly record struct ElfSymbol(string Name, int Type, ulong Address, ulong Size, int Section)
{
    public bool IsFile => Type == 4;

    public bool IsFunction => Type is 2 or 10;

    public bool IsObject => Type == 1;
}

/// <summary>
/// The sections and symbols of an ELF file, which the loader does not need but people do (System V ABI, chapter 4). Of 64-bit
/// little-endian files, as all platforms here have. Whatever leads outside of the file ends in a <see cref="FormatException"/>.
/// </summary>
internal sealed record ElfSections(ushort Type, ushort Machine, ImmutableArray<ElfSection> Sections, ImmutableArray<ElfSymbol> Symbols)
{
    private const int HeaderSize = 64, SectionHeaderSize = 64, SymbolSize = 24, CompressionHeaderSize = 24, LargestSection = 512 << 20;
    private const uint SymbolTable = 2, NoBits = 8, DynamicSymbols = 11;
    private const ulong CompressedFlag = 0x800;
    private const int ReservedSections = 0xff00;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is of another kind, or not as the specification says.</exception>
    public static ElfSections Read(ReadOnlyMemory<byte> file)
    {
        var head = file.Span;
        if (head.Length < HeaderSize || !ElfFile.IsElf(head) || head[4] != 2 || head[5] != 1)
            throw new FormatException("it is not a 64-bit little-endian ELF file");

        var offset = BinaryPrimitives.ReadUInt64LittleEndian(head[40..]);
        var (size, count, names) = (U16(head, 58), U16(head, 60), U16(head, 62));
        if (count == 0)
            return new ElfSections(U16(head, 16), U16(head, 18), [], []);
        if (size != SectionHeaderSize || names >= count)
            throw new FormatException("its section headers are not as they should be");

        var table = Slice(file, offset, (ulong)count * SectionHeaderSize);
        var nameTable = Content(file, table.Span[(names * SectionHeaderSize)..]);
        var sections = ImmutableArray.CreateBuilder<ElfSection>(count);
        for (var i = 0; i < count; i++)
        {
            var header = table.Span.Slice(i * SectionHeaderSize, SectionHeaderSize);
            sections.Add(new ElfSection(
                Text(nameTable.Span, BinaryPrimitives.ReadUInt32LittleEndian(header)), BinaryPrimitives.ReadUInt32LittleEndian(header[4..]), BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[16..]), (int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..]), Content(file, header), BinaryPrimitives.ReadUInt64LittleEndian(header[32..])));
        }

        var all = sections.MoveToImmutable();
        return new ElfSections(U16(head, 16), U16(head, 18), all, [.. SymbolsOf(all)]);
    }

    /// <summary>The symbol that holds an address; null when there is none.</summary>
    public string? SymbolAt(ulong address)
    {
        foreach (var symbol in Symbols)
        {
            if (symbol is { IsFunction: true } or { IsObject: true } && address >= symbol.Address && address - symbol.Address < Math.Max(1, symbol.Size) && symbol.Section is > 0 and < ReservedSections)
                return symbol.Name;
        }

        return null;
    }

    /// <summary>The bytes of a function or an object.</summary>
    public ReadOnlyMemory<byte> ContentOf(ElfSymbol symbol)
    {
        if (symbol.Section <= 0 || symbol.Section >= Sections.Length)
            return default;

        // In an object file addresses are counted from the section.
        var section = Sections[symbol.Section];
        var at = symbol.Address - section.Address;
        return at <= (ulong)section.Content.Length && symbol.Size <= (ulong)section.Content.Length - at ? section.Content.Slice((int)at, (int)symbol.Size) : default;
    }

    // The table of all symbols when there is one, else that of the loader.
    private static IEnumerable<ElfSymbol> SymbolsOf(ImmutableArray<ElfSection> sections)
    {
        if ((sections.FirstOrDefault(section => section.Type == SymbolTable) ?? sections.FirstOrDefault(section => section.Type == DynamicSymbols)) is not { } table)
            yield break;

        var names = table.Link >= 0 && table.Link < sections.Length ? sections[table.Link].Content : throw new FormatException("its symbols have no names");
        for (var at = SymbolSize; at + SymbolSize <= table.Content.Length; at += SymbolSize)
        {
            var symbol = table.Content.Slice(at, SymbolSize);
            yield return new ElfSymbol(
                Text(names.Span, BinaryPrimitives.ReadUInt32LittleEndian(symbol.Span)), symbol.Span[4] & 0xf, BinaryPrimitives.ReadUInt64LittleEndian(symbol.Span[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(symbol.Span[16..]), U16(symbol.Span, 6));
        }
    }

    private static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) is NoBits or 0)
            return default;

        var content = Slice(file, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        return (BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & CompressedFlag) == 0 ? content : Decompressed(content);
    }

    // Debugging information is compressed section by section, with a header that says how (chapter 4, Compression Header).
    private static ReadOnlyMemory<byte> Decompressed(ReadOnlyMemory<byte> section)
    {
        var header = Slice(section, 0, CompressionHeaderSize).Span;
        var (type, size) = (BinaryPrimitives.ReadUInt32LittleEndian(header), BinaryPrimitives.ReadUInt64LittleEndian(header[8..]));
        if (size > LargestSection)
            throw new FormatException("it has a section that is too large");

        using var packed = new MemoryStream(section[CompressionHeaderSize..].ToArray(), writable: false);
        using Stream stream = type switch
        {
            1 => new ZLibStream(packed, CompressionMode.Decompress),
            2 => Decompression.Open(packed, Compression.Zstd, ArchiveLimits.Default),
            _ => throw new FormatException("it has a section that is compressed in a way that is not known"),
        };
        var bytes = new byte[size];
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : throw new FormatException("it has a section that unpacks to less than it should");
        }
        catch (Exception damage) when (damage is InvalidDataException or ArchiveException)
        {
            throw new FormatException("it has a compressed section that is damaged", damage);
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> file, ulong offset, ulong length) => offset <= (ulong)file.Length && length <= (ulong)file.Length - offset
        ? file.Slice((int)offset, (int)length)
        : throw new FormatException("a part of it lies outside the file");

    private static string Text(ReadOnlySpan<byte> table, uint offset) => offset < table.Length && table[(int)offset..].IndexOf((byte)0) is >= 0 and var length
        ? Encoding.UTF8.GetString(table.Slice((int)offset, length))
        : throw new FormatException("a name lies outside its table");
}
