using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Monogres.Payloads.Binaries;

/// <summary>
/// What a program or shared library asks of the machine it runs on, read from its ELF program headers, so that a stripped
/// file tells as much as any (System V ABI, https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html; symbol versions:
/// Linux Standard Base Core, chapter 10). Every platform here is 64-bit and little-endian, and nothing else is read.
/// </summary>
public sealed record ElfFile
{
    /// <summary>How many bytes at the start tell whether a file is ELF.</summary>
    public const int MagicLength = 4;

    private const int VersionNeedSize = 16, VersionAuxiliarySize = 16;
    private const uint InterpreterSegment = 3, StackSegment = 0x6474e551, Executable = 1;
    private const ulong TagNeeded = 1, TagSoname = 14, TagRpath = 15, TagTextRelocations = 22, TagRunpath = 29, TagFlags = 30, TagVersionNeed = 0x6ffffffe, TagVersionNeedCount = 0x6fffffff;
    private const ulong FlagTextRelocations = 4;

    /// <summary>The processor, <c>e_machine</c>: 62 is x86-64, 183 is AArch64.</summary>
    public required int Machine { get; init; }

    /// <summary>Whether it is a program that the loader starts, and no library (<c>PT_INTERP</c>).</summary>
    public required bool IsProgram { get; init; }

    /// <summary>The name that programs linked against it ask for (<c>DT_SONAME</c>), or null.</summary>
    public required string? Soname { get; init; }

    /// <summary>The libraries that the loader must find (<c>DT_NEEDED</c>), in order.</summary>
    public required ImmutableArray<string> Needed { get; init; }

    /// <summary>Where the loader looks first (<c>DT_RUNPATH</c>, else <c>DT_RPATH</c>), parts separated by colons, or null.</summary>
    public required string? Runpath { get; init; }

    /// <summary>The symbol versions that it needs, each with the library that must have it (<c>DT_VERNEED</c>), in order.</summary>
    public required ImmutableArray<NeededVersion> Versions { get; init; }

    /// <summary>Whether the loader must write into its code (<c>DT_TEXTREL</c>, or <c>DF_TEXTREL</c> in <c>DT_FLAGS</c>), so that processes cannot share it.</summary>
    public required bool TextRelocations { get; init; }

    /// <summary>Whether it asks for a stack that can be executed: the flags of <c>PT_GNU_STACK</c> say so, or it has none, which the loader takes for a yes.</summary>
    public required bool ExecutableStack { get; init; }

    /// <summary>Whether a file is ELF, by its first <see cref="MagicLength"/> bytes.</summary>
    public static bool IsElf(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F']);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no ELF file of a kind that is read here, or not as the specification says.</exception>
    public static ElfFile Read(ReadOnlySpan<byte> file)
    {
        var image = ElfImage.Read(file);
        List<string> needed = [];
        foreach (var entry in image.Dynamic)
        {
            if (entry.Tag == TagNeeded)
                needed.Add(image.StringAt(entry.Value));
        }

        return new ElfFile
        {
            Machine = image.Machine,
            IsProgram = image.Segments.Any(segment => segment.Type == InterpreterSegment),
            Soname = image.Find(TagSoname) is { } soname ? image.StringAt(soname) : null,
            Needed = [.. needed],
            Runpath = (image.Find(TagRunpath) ?? image.Find(TagRpath)) is { } path ? image.StringAt(path) : null,
            Versions = image.Find(TagVersionNeed) is { } versions && image.Find(TagVersionNeedCount) is { } count
                ? [.. ReadVersions(image, versions, count).Select(version => new NeededVersion(version.Library, version.Name))]
                : [],
            TextRelocations = image.Find(TagTextRelocations) is not null || ((image.Find(TagFlags) ?? 0) & FlagTextRelocations) != 0,
            ExecutableStack = image.Segments.Where(segment => segment.Type == StackSegment).Select(segment => (uint?)segment.Flags).FirstOrDefault() is not { } flags || (flags & Executable) != 0,
        };
    }

    /// <summary>The entries of <c>DT_VERNEED</c>, each with the number by which <c>DT_VERSYM</c> refers to it.</summary>
    /// <exception cref="FormatException">They are not as the specification says.</exception>
    internal static ImmutableArray<ElfVersion> ReadVersions(ElfImage image, ulong address, ulong count)
    {
        const string What = "the needed versions";
        var table = image.From(address, What);
        ulong at = 0;
        var versions = ImmutableArray.CreateBuilder<ElfVersion>();
        for (; count > 0; count--)
        {
            var need = ElfImage.Slice(table, at, VersionNeedSize, What);
            var library = image.StringAt(BinaryPrimitives.ReadUInt32LittleEndian(need[4..]));
            var auxiliary = at + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(need[2..]); left > 0; left--)
            {
                var entry = ElfImage.Slice(table, auxiliary, VersionAuxiliarySize, What);
                versions.Add(new ElfVersion(BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]), library, image.StringAt(BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]))));
                auxiliary += BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            }

            // The last entry says that none follows, whatever the count.
            if (BinaryPrimitives.ReadUInt32LittleEndian(need[12..]) is not (> 0 and var next))
                break;

            at += next;
        }

        return versions.ToImmutable();
    }
}

/// <summary>A symbol version that a file needs.</summary>
/// <param name="Library">The library that must have it, <c>libc.so.6</c>.</param>
/// <param name="Version">The version, <c>GLIBC_2.34</c>.</param>
public readonly record struct NeededVersion(string Library, string Version);

/// <summary>A symbol version by the number that <c>DT_VERSYM</c> has for it in this file.</summary>
internal readonly record struct ElfVersion(int Index, string Library, string Name);
