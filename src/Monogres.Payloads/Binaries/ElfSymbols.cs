using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Monogres.Payloads.Binaries;

/// <summary>
/// The dynamic symbols of a program or library: what it takes from others, and what others can take from it
/// (System V ABI, chapter 4, Symbol Table; symbol versions: Linux Standard Base Core, chapter 10).
/// </summary>
/// <param name="Imports">What the loader must find elsewhere, sorted, each once.</param>
/// <param name="Exports">What the loader can give to others, sorted, each once.</param>
public sealed record ElfSymbols(ImmutableArray<ImportedSymbol> Imports, ImmutableArray<ExportedSymbol> Exports)
{
    private const int SymbolSize = 24, RelocationSize = 24, VersionDefinitionSize = 20, VersionNameSize = 8;
    private const int LocalBinding = 0, WeakBinding = 2, SectionType = 3, FileType = 4, InternalVisibility = 1, HiddenVisibility = 2;
    private const int VersionMask = 0x7fff, BaseVersion = 1;
    private const ulong TagHash = 4, TagSymbolTable = 6, TagRelocations = 7, TagRelocationsSize = 8, TagPltRelocationsSize = 2, TagPltRelocations = 23;
    private const ulong TagGnuHash = 0x6ffffef5, TagVersionSymbols = 0x6ffffff0, TagVersionDefinitions = 0x6ffffffc, TagVersionDefinitionCount = 0x6ffffffd;
    private const ulong TagVersionNeed = 0x6ffffffe, TagVersionNeedCount = 0x6fffffff;

    /// <summary>Reads the symbols of a file; a file that is linked statically has none.</summary>
    /// <exception cref="FormatException">It is no ELF file of a kind that is read here, or not as the specification says.</exception>
    public static ElfSymbols Read(ReadOnlySpan<byte> file)
    {
        var image = ElfImage.Read(file);
        if (image.Find(TagSymbolTable) is not { } address || Count(image) is not (> 1 and var count))
            return new ElfSymbols([], []);

        var table = image.At(address, count * SymbolSize, "the dynamic symbols");
        var versions = Versions(image);
        var versionOf = image.Find(TagVersionSymbols) is { } numbers && versions.Count > 0 ? image.At(numbers, count * 2, "the symbols' versions") : default;
        HashSet<ImportedSymbol> imports = [];
        HashSet<ExportedSymbol> exports = [];
        // The first symbol is the undefined one that stands for none.
        for (var i = 1; i < (int)count; i++)
        {
            var symbol = table.Slice(i * SymbolSize, SymbolSize);
            var (binding, type, visibility) = (symbol[4] >> 4, symbol[4] & 0xf, symbol[5] & 3);
            if (binding == LocalBinding || type is SectionType or FileType)
                continue;

            var name = image.StringAt(BinaryPrimitives.ReadUInt32LittleEndian(symbol));
            var version = versionOf.IsEmpty ? null : versions.GetValueOrDefault(BinaryPrimitives.ReadUInt16LittleEndian(versionOf[(2 * i)..]) & VersionMask);
            if (BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]) == 0)
                imports.Add(new ImportedSymbol(name, version, binding == WeakBinding));
            else if (visibility is not (InternalVisibility or HiddenVisibility))
                exports.Add(new ExportedSymbol(name, version));
        }

        return new ElfSymbols(
            [.. imports.OrderBy(symbol => symbol.Name, StringComparer.Ordinal).ThenBy(symbol => symbol.Version, StringComparer.Ordinal).ThenBy(symbol => symbol.Weak)],
            [.. exports.OrderBy(symbol => symbol.Name, StringComparer.Ordinal).ThenBy(symbol => symbol.Version, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// How many symbols there are, which no header says. The older hash table has one place for each; the newer one leads
    /// to the last that can be found by name, and what only this file uses is at least as far as a relocation refers.
    /// </summary>
    private static ulong Count(ElfImage image)
    {
        if (image.Find(TagHash) is { } hash)
            return BinaryPrimitives.ReadUInt32LittleEndian(image.At(hash, 8, "the hash table's entries")[4..]);

        var count = image.Find(TagGnuHash) is { } newer ? CountHashed(image, newer) : 0;
        return Math.Max(count, Math.Max(CountReferred(image, TagRelocations, TagRelocationsSize), CountReferred(image, TagPltRelocations, TagPltRelocationsSize)));
    }

    /// <summary>The number after the last symbol of a GNU hash table: chains of symbols in order, each ended by a set lowest bit (https://sourceware.org/gnu-gabi/program-loading-and-dynamic-linking.txt).</summary>
    private static ulong CountHashed(ElfImage image, ulong address)
    {
        const string What = "the hash table's entries";
        var table = image.From(address, What);
        var head = ElfImage.Slice(table, 0, 16, What);
        var (buckets, first, words) = (BinaryPrimitives.ReadUInt32LittleEndian(head), BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), BinaryPrimitives.ReadUInt32LittleEndian(head[8..]));
        var chains = 16 + (ulong)words * 8 + (ulong)buckets * 4;
        var last = 0u;
        for (var rest = ElfImage.Slice(table, 16 + (ulong)words * 8, (ulong)buckets * 4, What); !rest.IsEmpty; rest = rest[4..])
            last = Math.Max(last, BinaryPrimitives.ReadUInt32LittleEndian(rest));
        if (last < first)
            return first;

        for (ulong at = last; ; at++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(ElfImage.Slice(table, chains + (at - first) * 4, 4, What)) & 1) != 0)
                return at + 1;
        }
    }

    private static ulong CountReferred(ElfImage image, ulong tag, ulong sizeTag)
    {
        if (image.Find(tag) is not { } address || image.Find(sizeTag) is not (> 0 and var size))
            return 0;

        var last = 0u;
        for (var table = image.At(address, size, "the relocations"); table.Length >= RelocationSize; table = table[RelocationSize..])
            last = Math.Max(last, BinaryPrimitives.ReadUInt32LittleEndian(table[12..]));
        return last + 1ul;
    }

    /// <summary>The versions that symbols of the file can have, needed ones and own ones, by number. The file itself, as the base version, is none.</summary>
    private static Dictionary<int, string> Versions(ElfImage image)
    {
        Dictionary<int, string> versions = [];
        if (image.Find(TagVersionNeed) is { } needed && image.Find(TagVersionNeedCount) is { } neededCount)
        {
            foreach (var version in ElfFile.ReadVersions(image, needed, neededCount))
                versions.TryAdd(version.Index & VersionMask, version.Name);
        }

        if (image.Find(TagVersionDefinitions) is not { } address || image.Find(TagVersionDefinitionCount) is not { } count)
            return versions;

        const string What = "the defined versions";
        var table = image.From(address, What);
        for (ulong at = 0; count > 0; count--)
        {
            var entry = ElfImage.Slice(table, at, VersionDefinitionSize, What);
            var index = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]) & VersionMask;
            if (index != BaseVersion && BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) > 0)
            {
                var name = ElfImage.Slice(table, at + BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]), VersionNameSize, What);
                versions.TryAdd(index, image.StringAt(BinaryPrimitives.ReadUInt32LittleEndian(name)));
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]) is not (> 0 and var next))
                break;

            at += next;
        }

        return versions;
    }
}

/// <summary>A symbol that a file takes from another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that it must have, or null when any will do.</param>
/// <param name="Weak">Whether the file is content when there is none.</param>
public readonly record struct ImportedSymbol(string Name, string? Version, bool Weak);

/// <summary>A symbol that a file gives to others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, or null when it has none.</param>
public readonly record struct ExportedSymbol(string Name, string? Version);
