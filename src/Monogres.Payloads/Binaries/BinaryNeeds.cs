using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Binaries;

/// <summary>What the programs and libraries of a payload ask of the machine they run on, all together.</summary>
/// <param name="Libraries">The shared libraries that the payload needs and does not bring, sorted.</param>
/// <param name="SymbolVersions">For each family of symbol versions (<c>GLIBC</c>, <c>GLIBCXX</c>, <c>OPENSSL</c>) the largest that is needed; sorted.</param>
/// <param name="Machines">For each kind of processor (<see cref="ElfFile.Machine"/>) that something is for, the first such file; sorted.</param>
public sealed record BinaryNeeds(ImmutableArray<string> Libraries, ImmutableSortedDictionary<string, string> SymbolVersions, ImmutableSortedDictionary<int, string> Machines)
{
    /// <summary>Processors as the distribution names them, and as ELF numbers them (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html).</summary>
    private static readonly FrozenDictionary<string, int> MachineOf = new Dictionary<string, int>(StringComparer.Ordinal) { ["amd64"] = 62, ["arm64"] = 183 }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads every ELF file of a tree.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    /// <exception cref="UserErrorException">A file claims to be ELF and is not as it should be.</exception>
    public static async Task<BinaryNeeds> OfTreeAsync(IBlobStore blobs, Digest tree, CancellationToken cancel)
    {
        HashSet<string> needed = new(StringComparer.Ordinal), brought = new(StringComparer.Ordinal);
        SortedDictionary<string, string> versions = new(StringComparer.Ordinal);
        SortedDictionary<int, string> machines = [];
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            brought.Add(entry.Path.Name);
            if (entry is not TreeEntry.File file || await ElfAsync(blobs, file, cancel) is not { } elf)
                continue;

            machines.TryAdd(elf.Machine, entry.Path.Value);
            needed.UnionWith(elf.Needed);
            foreach (var version in elf.Versions)
                Keep(versions, version.Version);
        }

        return new BinaryNeeds(
            [.. needed.Except(brought, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, versions),
            ImmutableSortedDictionary.CreateRange(machines));
    }

    /// <summary>What a platform does not promise of this, in words; empty when it promises all.</summary>
    public IReadOnlyList<string> Exceeding(Platform platform) =>
        [.. Machines.Where(machine => MachineOf.TryGetValue(platform.Architecture, out var promised) && machine.Key != promised)
                .Select(machine => $"`{machine.Value}` is for another kind of processor (ELF machine {machine.Key}), and {platform.Name} promises {platform.Architecture}"),
            .. SymbolVersions.Where(needed => platform.SymbolVersions.TryGetValue(needed.Key, out var promised) && Compare(needed.Value, promised) > 0)
            .Select(needed => $"{needed.Key} {needed.Value} is needed, and {platform.Name} promises {platform.SymbolVersions[needed.Key]}")];

    /// <summary>A file of a tree as ELF; null when it is none.</summary>
    /// <exception cref="BlobMissingException">It is lost.</exception>
    /// <exception cref="UserErrorException">It claims to be ELF and is not as it should be.</exception>
    internal static async ValueTask<ElfFile?> ElfAsync(IBlobStore blobs, TreeEntry.File file, CancellationToken cancel)
    {
        if (file.Content.Size < ElfFile.MagicLength)
            return null;

        await using var stream = await blobs.OpenAsync(file.Content, cancel);
        var start = new byte[ElfFile.MagicLength];
        await stream.ReadExactlyAsync(start, cancel);
        if (!ElfFile.IsElf(start))
            return null;

        var bytes = new byte[file.Content.Size];
        start.CopyTo(bytes, 0);
        await stream.ReadExactlyAsync(bytes.AsMemory(start.Length), cancel);
        return Elf(file.Path, bytes);
    }

    /// <summary>A file as ELF; null when it is none.</summary>
    /// <exception cref="UserErrorException">It claims to be ELF and is not as it should be.</exception>
    internal static ElfFile? Elf(RelativePath path, ReadOnlySpan<byte> content)
    {
        try
        {
            return ElfFile.IsElf(content) ? ElfFile.Read(content) : null;
        }
        catch (FormatException wrong)
        {
            throw Damaged(path, wrong);
        }
    }

    /// <summary>The symbols of an ELF file.</summary>
    /// <exception cref="UserErrorException">It is not as it should be.</exception>
    internal static ElfSymbols Symbols(RelativePath path, ReadOnlySpan<byte> content)
    {
        try
        {
            return ElfSymbols.Read(content);
        }
        catch (FormatException wrong)
        {
            throw Damaged(path, wrong);
        }
    }

    private static UserErrorException Damaged(RelativePath path, FormatException wrong) =>
        new($"`{path}` of the payload cannot be read: {wrong.Message}", "what the build's linker wrote is damaged, or is for another kind of machine", inner: wrong);

    /// <summary>Keeps the largest of each family. What has no number (<c>GLIBC_PRIVATE</c>) cannot be compared, and is kept as it is.</summary>
    private static void Keep(SortedDictionary<string, string> versions, string version)
    {
        var end = version.LastIndexOf('_');
        var (family, number) = end > 0 && IsNumber(version[(end + 1)..]) ? (version[..end], version[(end + 1)..]) : (version, "");
        if (!versions.TryGetValue(family, out var known) || Compare(number, known) > 0)
            versions[family] = number;
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.Split('.').All(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit));

    /// <summary>Compares dotted numbers; a missing part is the smallest.</summary>
    public static int Compare(string one, string other)
    {
        static int[] Parts(string text) => text.Length == 0 ? [] : [.. text.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return Parts(one).AsSpan().SequenceCompareTo(Parts(other));
    }
}
