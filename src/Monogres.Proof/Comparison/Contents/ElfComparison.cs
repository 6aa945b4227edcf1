using System.Collections.Immutable;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>
/// Compares programs and libraries by their sections. What made them differ is in texts, in the order of what was linked or in
/// code; tables, addresses and the build-id follow from that, and are only named.
/// </summary>
internal static class ElfComparison
{
    private const int MostFunctions = 1000;

    // What people wrote into a program, and compilers about it.
    private static readonly string[] Texts = [".comment", ".debug_line_str", ".debug_str", ".rodata", ".data", ".interp", ".gnu.lto_", ".note.package", ".modinfo"];

    private static readonly string[] Names = [".debug_line_str", ".debug_str"];

    // Addresses, which move with everything else.
    private const string Relocated = ".data.rel";

    // The digest of the linker, and that of the file with the debugging information.
    private const string BuildId = ".note.gnu.build-id", DebugLink = ".gnu_debuglink";

    /// <summary>Adds in what two files differ.</summary>
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    public static void Compare(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found)
    {
        var (here, there) = (ElfSections.Read(one), ElfSections.Read(other));
        if (here.Machine != there.Machine || here.Type != there.Type)
            found.Add(new Detail("machine and type", $"{here.Machine}, {here.Type}", $"{there.Machine}, {there.Type}"), null);

        var (pairs, onlyHere, onlyThere) = Pairs(here.Sections, there.Sections);
        foreach (var section in onlyHere)
            found.Add(new Detail($"section {section.Name}", $"{section.Size} bytes", null), null);
        foreach (var section in onlyThere)
            found.Add(new Detail($"section {section.Name}", null, $"{section.Size} bytes"), null);

        ImmutableArray<(ElfSection One, ElfSection Other)> differing = [.. pairs.Where(pair => pair.One.Size != pair.Other.Size || !pair.One.Content.Span.SequenceEqual(pair.Other.Content.Span))];
        Order(here, there, found);
        foreach (var (section, otherSection) in differing.Where(pair => Is(pair.One, Texts)).OrderBy(pair => Array.FindIndex(Texts, text => pair.One.Name.StartsWith(text, StringComparison.Ordinal))))
            Text(section, otherSection, here, there, found);
        if (differing.Any(pair => pair.One.IsCode))
            Code(here, there, differing, found);

        var ids = differing.FirstOrDefault(pair => string.Equals(pair.One.Name, BuildId, StringComparison.Ordinal));
        Follow(differing, ids.One is not null && differing.Length == 1, found);
        if (ids.One is not null)
            Identity(ids.One, ids.Other, found);
        if (found.IsEmpty)
            BytesComparison.Compare("between the sections", one, other, found);
    }

    private static (List<(ElfSection One, ElfSection Other)> Both, List<ElfSection> OnlyHere, List<ElfSection> OnlyThere) Pairs(ImmutableArray<ElfSection> one, ImmutableArray<ElfSection> other)
    {
        // An object file may have several sections of one name: the first goes with the first.
        var there = other.GroupBy(section => section.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new Queue<ElfSection>(group), StringComparer.Ordinal);
        List<(ElfSection, ElfSection)> both = [];
        List<ElfSection> onlyHere = [];
        foreach (var section in one)
        {
            if (there.TryGetValue(section.Name, out var same) && same.TryDequeue(out var match))
                both.Add((section, match));
            else
                onlyHere.Add(section);
        }

        return (both, onlyHere, [.. there.Values.SelectMany(rest => rest)]);
    }

    // The symbols of files stand in the order of link, each before those of its file.
    private static void Order(ElfSections here, ElfSections there, DifferenceBuilder found)
    {
        ImmutableArray<string> files = [.. here.Symbols.Where(symbol => symbol.IsFile).Select(symbol => symbol.Name)], otherFiles = [.. there.Symbols.Where(symbol => symbol.IsFile).Select(symbol => symbol.Name)];
        if (Orders.SameItems(files, otherFiles))
        {
            found.Add(new Detail("source files, as they were linked", string.Join(' ', files), string.Join(' ', otherFiles)), new Evidence.Lists(ListOf.ObjectFiles, files, otherFiles));
            return;
        }

        foreach (var hunk in ListDiff.Of(files, otherFiles))
        {
            for (var i = 0; i < Math.Max(hunk.One.Length, hunk.Other.Length); i++)
                found.AddTexts("source file", hunk.One.ElementAtOrDefault(i), hunk.Other.ElementAtOrDefault(i));
        }

        ImmutableArray<string> functions = [.. Defined(here)], otherFunctions = [.. Defined(there)];
        if (Orders.SameItems(functions, otherFunctions))
            found.Add(new Detail("functions, in the order of their code", Excerpt(functions, otherFunctions), Excerpt(otherFunctions, functions)), new Evidence.Lists(ListOf.Symbols, functions, otherFunctions));
    }

    private static IEnumerable<string> Defined(ElfSections file) =>
        file.Symbols.Where(symbol => symbol is { IsFunction: true, Section: > 0, Size: > 0 }).OrderBy(symbol => symbol.Section).ThenBy(symbol => symbol.Address).ThenBy(symbol => symbol.Name, StringComparer.Ordinal).Select(symbol => symbol.Name);

    private static void Text(ElfSection one, ElfSection other, ElfSections here, ElfSections there, DifferenceBuilder found)
    {
        var where = Is(one, Names) ? $"debugging information, directories and names ({one.Name})" : one.Name;
        if (one.Content.Length == other.Content.Length)
        {
            BytesComparison.Compare(where, one.Content, other.Content, found, at => here.SymbolAt(one.Address + (ulong)at) ?? there.SymbolAt(other.Address + (ulong)at));
            return;
        }

        BytesComparison.CompareStrings(where, one.Content, other.Content, found);
    }

    private static void Code(ElfSections here, ElfSections there, ImmutableArray<(ElfSection One, ElfSection Other)> differing, DifferenceBuilder found)
    {
        ImmutableArray<string> names = [.. here.Symbols.Select(symbol => symbol.Name).Order(StringComparer.Ordinal)], otherNames = [.. there.Symbols.Select(symbol => symbol.Name).Order(StringComparer.Ordinal)];
        var functions = Unique(here);
        var otherFunctions = Unique(there);
        List<(string Name, ulong One, ulong Other)> changed = [];
        foreach (var (name, symbol) in functions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (otherFunctions.TryGetValue(name, out var match) && (symbol.Size != match.Size || !here.ContentOf(symbol).Span.SequenceEqual(there.ContentOf(match).Span)))
                changed.Add((name, symbol.Size, match.Size));
        }

        // Another size tells more than other bytes, which may be addresses of what moved.
        changed = [.. changed.OrderBy(function => function.One == function.Other)];

        // Where nothing else tells of a cause, the code is what differs first; else addresses in it moved, as far as sizes are equal.
        var isRoot = found.IsEmpty;
        var resized = changed.Where(function => function.One != function.Other).ToArray();
        if (isRoot)
        {
            var sameData = !differing.Any(pair => Is(pair.One, Texts));
            var evidence = new Evidence.Code([.. changed.Take(MostFunctions).Select(function => function.Name)], names.SequenceEqual(otherNames, StringComparer.Ordinal), sameData);
            found.Add(new Detail($"code: {Count(changed.Count)} {(changed.Count == 1 ? "differs" : "differ")}{(resized.Length == 0 ? "" : $", {resized.Length} in size")}"), evidence);
        }

        foreach (var (name, size, otherSize) in resized.Concat(isRoot ? changed.Except(resized) : []).Take(MostFunctions))
            found.Say(size == otherSize ? new Detail($"code of `{name}`, {size} bytes") : new Detail($"code of `{name}`", $"{size} bytes", $"{otherSize} bytes"));
    }

    private static Dictionary<string, ElfSymbol> Unique(ElfSections file) => file.Symbols.Where(symbol => symbol is { IsFunction: true, Section: > 0, Size: > 0 })
        .GroupBy(symbol => symbol.Name, StringComparer.Ordinal).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single(), StringComparer.Ordinal);

    // The sections that are not looked into: of interest only when there is nothing else.
    private static void Follow(ImmutableArray<(ElfSection One, ElfSection Other)> differing, bool onlyIdentity, DifferenceBuilder found)
    {
        if (onlyIdentity)
        {
            found.Say(new Detail("nothing differs but the build-id: what made it differ is not in the file any more, such as debugging information"));
            return;
        }

        var rest = differing.Where(pair => !Is(pair.One, Texts) && !pair.One.IsCode && !Is(pair.One, [BuildId, DebugLink])).ToArray();
        if (rest.Length == 0)
            return;

        if (!found.IsEmpty)
        {
            found.Say(new Detail($"sections that differ besides: {string.Join(", ", rest.Select(pair => pair.One.Name))}"));
            return;
        }

        foreach (var (section, otherSection) in rest)
            BytesComparison.Compare(section.Name, section.Content, otherSection.Content, found);
    }

    // The note's header has three numbers and the name `GNU`.
    private static void Identity(ElfSection one, ElfSection other, DifferenceBuilder found)
    {
        const int Header = 16;
        static string Id(ElfSection section) => section.Content.Length > Header ? Convert.ToHexStringLower(section.Content.Span[Header..]) : "";

        var detail = new Detail("build-id", Id(one), Id(other));
        if (found.HasEvidence)
            found.Say(detail);
        else
            found.Add(detail, new Evidence.BuildIds(Id(one), Id(other)));
    }

    private static bool Is(ElfSection section, string[] names) => 
        names.Any(name => section.Name.StartsWith(name, StringComparison.Ordinal)) && !section.Name.StartsWith(Relocated, StringComparison.Ordinal);

    private static string Excerpt(ImmutableArray<string> names, ImmutableArray<string> others)
    {
        var first = names.Zip(others).TakeWhile(pair => string.Equals(pair.First, pair.Second, StringComparison.Ordinal)).Count();
        return string.Join(' ', names.Skip(first).Take(6)) + (names.Length > first + 6 ? " …" : "");
    }

    private static string Count(int count) => count == 1 ? "1 function" : $"{count} functions";
}
