using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>The entries of two archives, those of one name together. Of several with the same name, the first goes with the first.</summary>
internal sealed record EntryPairs(ImmutableArray<(Entry One, Entry Other)> Both, ImmutableArray<Entry> OnlyInOne, ImmutableArray<Entry> OnlyInOther)
{
    public static EntryPairs Of(ImmutableArray<Entry> one, ImmutableArray<Entry> other)
    {
        var there = new Dictionary<(string, int), Entry>(other.Length);
        foreach (var (entry, occurrence) in Numbered(other))
            there.Add((entry.Path, occurrence), entry);

        var both = ImmutableArray.CreateBuilder<(Entry, Entry)>();
        var onlyInOne = ImmutableArray.CreateBuilder<Entry>();
        foreach (var (entry, occurrence) in Numbered(one))
        {
            if (there.Remove((entry.Path, occurrence), out var same))
                both.Add((entry, same));
            else
                onlyInOne.Add(entry);
        }

        return new EntryPairs(both.ToImmutable(), onlyInOne.ToImmutable(), [.. there.Values.OrderBy(entry => entry.Ordinal)]);
    }

    /// <summary>Without what lies below a directory that is missing itself.</summary>
    public static ImmutableArray<Entry> Tops(ImmutableArray<Entry> missing)
    {
        var directories = missing.Where(entry => entry.Kind == EntryKind.Directory).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        return [.. missing.Where(entry => !IsBelow(entry.Path, directories))];
    }

    private static bool IsBelow(string path, HashSet<string> directories)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (directories.Contains(path[..slash]))
                return true;
        }

        return false;
    }

    private static IEnumerable<(Entry Entry, int Occurrence)> Numbered(ImmutableArray<Entry> entries)
    {
        var seen = new Dictionary<string, int>(entries.Length, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var occurrence = seen.GetValueOrDefault(entry.Path);
            seen[entry.Path] = occurrence + 1;
            yield return (entry, occurrence);
        }
    }
}
