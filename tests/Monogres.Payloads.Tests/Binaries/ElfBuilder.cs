using System.Buffers.Binary;
using System.Text;

namespace Monogres.Payloads.Tests.Binaries;

/// <summary>How the number of dynamic symbols can be known from a file.</summary>
internal enum ElfHash
{
    /// <summary>From <c>DT_HASH</c>.</summary>
    SystemV,

    /// <summary>From <c>DT_GNU_HASH</c>.</summary>
    Gnu,

    /// <summary>From relocations: the hash table is the empty one that GNU ld writes where nothing is exported.</summary>
    Relocations,
}

/// <summary>A symbol to write.</summary>
internal sealed record ElfBuilderSymbol(string Name, bool Defined, bool Weak = false, string? Version = null, int Visibility = 0, bool Local = false);

/// <summary>Writes small ELF files: all headers and tables that a loader reads, and no code.</summary>
internal sealed record ElfBuilder
{
    private const int HeaderSize = 64, ProgramHeaderSize = 56, SymbolSize = 24;

    public int Machine { get; init; } = 62;

    public bool Program { get; init; }

    public string? Soname { get; init; }

    public string[] Needed { get; init; } = [];

    public string? Runpath { get; init; }

    public bool RunpathIsRpath { get; init; }

    public ElfBuilderSymbol[] Symbols { get; init; } = [];

    /// <summary>The library that must have the versions of undefined symbols.</summary>
    public string VersionedLibrary { get; init; } = "libc.so.6";

    /// <summary>The flags of PT_GNU_STACK; null leaves it away.</summary>
    public uint? StackFlags { get; init; } = 6;

    public bool TextRelocationTag { get; init; }

    public bool TextRelocationFlag { get; init; }

    public ElfHash Hash { get; init; } = ElfHash.Gnu;

    /// <summary>Text that stands somewhere in the file.</summary>
    public string Data { get; init; } = "";

    public byte[] Build()
    {
        // Undefined symbols come first: the newer hash table covers the others only.
        ElfBuilderSymbol[] symbols = [.. Symbols.Where(symbol => !symbol.Defined), .. Symbols.Where(symbol => symbol.Defined)];
        var firstDefined = 1 + symbols.Count(symbol => !symbol.Defined);
        string[] needed = [.. symbols.Where(symbol => symbol is { Defined: false, Version: not null }).Select(symbol => symbol.Version!).Distinct()];
        string[] defined = [.. symbols.Where(symbol => symbol is { Defined: true, Version: not null }).Select(symbol => symbol.Version!).Distinct()];
        var strings = new Strings();
        var parts = new Parts(HeaderSize + ProgramHeaderSize * (2 + (StackFlags is null ? 0 : 1) + (Program ? 1 : 0)));

        var symbolTable = new byte[SymbolSize * (1 + symbols.Length)];
        var versionTable = new byte[2 * (1 + symbols.Length)];
        foreach (var (i, symbol) in symbols.Index())
        {
            var at = symbolTable.AsSpan(SymbolSize * (i + 1));
            BinaryPrimitives.WriteUInt32LittleEndian(at, strings.Add(symbol.Name));
            at[4] = (byte)(((symbol.Local ? 0 : symbol.Weak ? 2 : 1) << 4) | 2);
            at[5] = (byte)symbol.Visibility;
            BinaryPrimitives.WriteUInt16LittleEndian(at[6..], (ushort)(symbol.Defined ? 7 : 0));
            var version = symbol.Version is null ? 1 : symbol.Defined ? 2 + needed.Length + Array.IndexOf(defined, symbol.Version) : 2 + Array.IndexOf(needed, symbol.Version);
            BinaryPrimitives.WriteUInt16LittleEndian(versionTable.AsSpan(2 * (i + 1)), (ushort)version);
        }

        List<(ulong Tag, ulong Value)> dynamic = [.. Needed.Select(library => (1ul, (ulong)strings.Add(library)))];
        if (Soname is not null)
            dynamic.Add((14, strings.Add(Soname)));
        if (Runpath is not null)
            dynamic.Add((RunpathIsRpath ? 15ul : 29ul, strings.Add(Runpath)));
        if (TextRelocationTag)
            dynamic.Add((22, 0));
        if (TextRelocationFlag)
            dynamic.Add((30, 4));

        dynamic.Add((6, parts.Add(symbolTable)));
        if (needed.Length + defined.Length > 0)
            dynamic.Add((0x6ffffff0, parts.Add(versionTable)));
        if (needed.Length > 0)
            dynamic.AddRange([(0x6ffffffe, parts.Add(VersionNeeds(needed, strings))), (0x6fffffff, 1)]);
        if (defined.Length > 0)
            dynamic.AddRange([(0x6ffffffc, parts.Add(VersionDefinitions(defined, 2 + needed.Length, strings))), (0x6ffffffd, (ulong)defined.Length + 1)]);
        dynamic.AddRange(HashEntries(parts, 1 + symbols.Length, firstDefined));
        parts.Add(Encoding.UTF8.GetBytes(Data));
        var table = strings.ToBytes();
        dynamic.AddRange([(5, parts.Add(table)), (10, (ulong)table.Length), (0, 0)]);

        var dynamicBytes = new byte[16 * dynamic.Count];
        foreach (var (i, (tag, value)) in dynamic.Index())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(dynamicBytes.AsSpan(16 * i), tag);
            BinaryPrimitives.WriteUInt64LittleEndian(dynamicBytes.AsSpan(16 * i + 8), value);
        }

        var dynamicAt = parts.Add(dynamicBytes);
        var file = parts.ToBytes();
        Header(file, dynamicAt, (ulong)dynamicBytes.Length);
        return file;
    }

    private void Header(byte[] file, ulong dynamicAt, ulong dynamicSize)
    {
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), (ushort)Machine);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), ProgramHeaderSize);

        List<(uint Type, uint Flags, ulong At, ulong Size)> segments = [(1, 5, 0, (ulong)file.Length), (2, 6, dynamicAt, dynamicSize)];
        if (StackFlags is { } flags)
            segments.Add((0x6474e551, flags, 0, 0));
        if (Program)
            segments.Add((3, 4, 0, 0));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)segments.Count);
        foreach (var (i, (type, permissions, at, size)) in segments.Index())
        {
            var header = file.AsSpan(HeaderSize + ProgramHeaderSize * i);
            BinaryPrimitives.WriteUInt32LittleEndian(header, type);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], permissions);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], at);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], at);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], size);
        }
    }

    private IEnumerable<(ulong Tag, ulong Value)> HashEntries(Parts parts, int symbols, int firstDefined)
    {
        if (Hash == ElfHash.SystemV)
            return [(4, parts.Add(Words([1, (uint)symbols, 0, .. new uint[symbols]])))];
        if (Hash == ElfHash.Gnu)
            return [(0x6ffffef5, parts.Add(Words([1, (uint)firstDefined, 1, 0, 0, 0, firstDefined == symbols ? 0 : (uint)firstDefined, .. Enumerable.Range(firstDefined, symbols - firstDefined).Select(i => i == symbols - 1 ? 1u : 0u)])))];

        // One relocation for each symbol; every second one for the procedure linkage table.
        byte[] Relocations(int remainder)
        {
            var entries = new List<byte>();
            for (var i = 1; i < symbols; i++)
            {
                if (i % 2 == remainder)
                    entries.AddRange([.. new byte[8], .. Words([6, (uint)i]), .. new byte[8]]);
            }

            return [.. entries];
        }

        var (direct, linkage) = (Relocations(0), Relocations(1));
        return [(0x6ffffef5, parts.Add(Words([1, 1, 1, 0, 0, 0, 0]))), (7, parts.Add(direct)), (8, (ulong)direct.Length), (23, parts.Add(linkage)), (2, (ulong)linkage.Length)];
    }

    private byte[] VersionNeeds(string[] versions, Strings strings)
    {
        var bytes = new byte[16 + 16 * versions.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)versions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), strings.Add(VersionedLibrary));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 16);
        foreach (var (i, version) in versions.Index())
        {
            var entry = bytes.AsSpan(16 + 16 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)(2 + i));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], strings.Add(version));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], i == versions.Length - 1 ? 0u : 16);
        }

        return bytes;
    }

    private static byte[] VersionDefinitions(string[] versions, int first, Strings strings)
    {
        var bytes = new byte[28 * (versions.Length + 1)];
        for (var i = 0; i <= versions.Length; i++)
        {
            var entry = bytes.AsSpan(28 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)(i == 0 ? 1 : first + i - 1));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], 20);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], i == versions.Length ? 0u : 28);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], strings.Add(i == 0 ? "the-file-itself" : versions[i - 1]));
        }

        return bytes;
    }

    private static byte[] Words(IEnumerable<uint> words) => [.. words.SelectMany(BitConverter.GetBytes)];

    /// <summary>A string table.</summary>
    private sealed class Strings
    {
        private readonly List<byte> _bytes = [0];

        public uint Add(string text)
        {
            var at = (uint)_bytes.Count;
            _bytes.AddRange([.. Encoding.UTF8.GetBytes(text), 0]);
            return at;
        }

        public byte[] ToBytes() => [.. _bytes];
    }

    /// <summary>The tables behind the headers, each at a multiple of 8.</summary>
    private sealed class Parts(int start)
    {
        private readonly List<byte> _bytes = [.. new byte[start]];

        public ulong Add(byte[] part)
        {
            _bytes.AddRange(new byte[(8 - _bytes.Count % 8) % 8]);
            var at = (ulong)_bytes.Count;
            _bytes.AddRange(part);
            return at;
        }

        // A table at the very end could be empty, and its address in no segment.
        public byte[] ToBytes() => [.. _bytes, 0];
    }
}
