using System.Collections.Immutable;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Comparison.Contents;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison;

/// <summary>Archives and directories, entry by entry.</summary>
internal sealed partial class ComparisonWalk
{
    /// <summary>Bytes of a file up to which it is read into memory with others of its archive, and bytes of them together.</summary>
    private const int SmallFile = 16 << 20, Batch = 64 << 20;

    // Looking for the new name of a file costs a comparison with each candidate.
    private const int MostRenames = 1000;

    private async Task ArchivesAsync(string path, Archive here, Archive there, int depth)
    {
        Reading = one.Name;
        var (fields, entries) = (await here.FieldsAsync(cancel), await OciNames.NameAsync(here, await here.ListAsync(cancel), cancel));
        Reading = other.Name;
        var (otherFields, otherEntries) = (await there.FieldsAsync(cancel), await OciNames.NameAsync(there, await there.ListAsync(cancel), cancel));

        var header = new DifferenceBuilder(path, DifferenceKind.Header);
        EntryComparison.Fields(fields, otherFields, header);
        if (!header.IsEmpty)
            Differences.Add(header.Build());

        var pairs = EntryPairs.Of(entries, otherEntries);
        Entries += pairs.Both.Length + pairs.OnlyInOne.Length + pairs.OnlyInOther.Length;
        List<(Entry One, Entry Other)> differing = [];
        foreach (var pair in pairs.Both)
        {
            Differences.AddRange(EntryComparison.Compare(Join(path, pair.One.Path), pair.One, pair.Other));
            if (pair.One.HasContent && pair.Other.HasContent && await DifferAsync(here, pair.One, there, pair.Other))
                differing.Add(pair);
        }

        await MissingAsync(path, here, pairs.OnlyInOne, there, pairs.OnlyInOther);
        if (here.IsOrdered && there.IsOrdered)
            Order(path, pairs.Both);
        await ContentsInBatchesAsync(path, here, there, differing, depth);
    }

    private async ValueTask<bool> DifferAsync(Archive here, Entry entry, Archive there, Entry otherEntry)
    {
        if (entry.Size != otherEntry.Size)
            return true;
        if (entry.Hash is null && otherEntry.Hash is null)
            return await DiffersAsync(here.Find(entry)!, there.Find(otherEntry)!) is not null;

        return await HashAsync(here, entry) != await HashAsync(there, otherEntry);
    }

    private async ValueTask<Core.Sha256Hash> HashAsync(Archive archive, Entry entry) => entry.Hash ?? await Equality.HashAsync(archive.Find(entry)!, cancel);

    // Each reading of an archive brings as many contents as memory allows.
    private async Task ContentsInBatchesAsync(string path, Archive here, Archive there, List<(Entry One, Entry Other)> differing, int depth)
    {
        for (var done = 0; done < differing.Count;)
        {
            var (first, bytes) = (done, 0L);
            do
                bytes += Math.Min(differing[done].One.Size, SmallFile) + Math.Min(differing[done].Other.Size, SmallFile);
            while (++done < differing.Count && bytes < Batch);

            var batch = differing[first..done];
            Reading = one.Name;
            var contents = await here.LoadAsync([.. batch.Select(pair => pair.One)], SmallFile, cancel);
            Reading = other.Name;
            var otherContents = await there.LoadAsync([.. batch.Select(pair => pair.Other)], SmallFile, cancel);
            foreach (var (entry, otherEntry) in batch)
                await ContentsAsync(Join(path, entry.Path), contents[entry.Ordinal], otherContents[otherEntry.Ordinal], depth + 1);
        }
    }

    private async Task MissingAsync(string path, Archive here, ImmutableArray<Entry> onlyInOne, Archive there, ImmutableArray<Entry> onlyInOther)
    {
        var (tops, otherTops) = (EntryPairs.Tops(onlyInOne), EntryPairs.Tops(onlyInOther));
        var renames = await RenamesAsync(here, tops, there, otherTops);
        var renamed = renames.ToDictionary(pair => pair.Value, pair => pair.Key);
        foreach (var entry in tops)
            Differences.Add(Missing(path, entry, renames.GetValueOrDefault(entry), onlyInOne));
        // Told from its own side, as if that were the first.
        foreach (var entry in otherTops)
            Differences.Add(Missing(path, entry, renamed.GetValueOrDefault(entry), onlyInOther).Mirror());
    }

    private static Difference Missing(string path, Entry entry, Entry? renamed, ImmutableArray<Entry> all)
    {
        var found = new DifferenceBuilder(Join(path, entry.Path), DifferenceKind.OnlyInOne);
        var below = entry.Kind == EntryKind.Directory ? all.Count(other => other.Path.StartsWith($"{entry.Path}/", StringComparison.Ordinal)) : 0;
        found.Say(new Detail("", entry.Kind switch
        {
            EntryKind.File => $"{entry.KindWords} of {entry.Size} bytes",
            EntryKind.Directory => $"{entry.KindWords}{(below == 0 ? "" : $" with {below} {(below == 1 ? "entry" : "entries")}")}",
            _ => entry.Target is { } target ? $"{entry.KindWords} to {target}" : entry.KindWords,
        }));
        if (renamed is not null)
            found.Add(new Detail("the same content has another name", entry.Path, renamed.Path), new Evidence.Texts("name", entry.Path, renamed.Path));
        return found.Build();
    }

    // Only where one content has one name on each side: two empty files say nothing of each other.
    private async Task<Dictionary<Entry, Entry>> RenamesAsync(Archive here, ImmutableArray<Entry> onlyInOne, Archive there, ImmutableArray<Entry> onlyInOther)
    {
        Dictionary<Entry, Entry> renames = [];
        if (onlyInOne.Length > MostRenames || onlyInOther.Length > MostRenames)
            return renames;

        foreach (var group in onlyInOther.Where(entry => entry is { HasContent: true, Size: > 0 }).GroupBy(entry => entry.Size).Where(group => group.Count() == 1))
        {
            Entry[] candidates = [.. onlyInOne.Where(entry => entry.HasContent && entry.Size == group.Key)];
            if (candidates is [var candidate] && !await DifferAsync(here, candidate, there, group.Single()))
                renames.Add(candidate, group.Single());
        }

        return renames;
    }

    private void Order(string path, ImmutableArray<(Entry One, Entry Other)> all)
    {
        // Where names are digests, their order follows from what they are digests of.
        ImmutableArray<(Entry One, Entry Other)> pairs = [.. all.Where(pair => !pair.One.IsNamedByContent)];
        ImmutableArray<(Entry One, Entry Other)> otherOrder = [.. pairs.OrderBy(pair => pair.Other.Ordinal)];
        if (pairs.SequenceEqual(otherOrder))
            return;

        ImmutableArray<string> here = [.. pairs.Select(pair => pair.One.Path)], there = [.. otherOrder.Select(pair => pair.Other.Path)];
        var first = here.Zip(there).TakeWhile(pair => string.Equals(pair.First, pair.Second, StringComparison.Ordinal)).Count();
        Differences.Add(new DifferenceBuilder(path, DifferenceKind.Order)
            .Add(new Detail($"from entry {first + 1} on", Names(here, first), Names(there, first)), new Evidence.Lists(ListOf.Entries, here, there)).Build());
    }

    private static string Names(ImmutableArray<string> names, int first) => string.Join(", ", names.Skip(first).Take(4)) + (names.Length > first + 4 ? ", …" : "");

    private static string Join(string path, string name) => IsWhole(name) ? path : IsWhole(path) ? name : $"{path}/{name}";

    private static bool IsWhole(string path) => path is Difference.Whole;
}
