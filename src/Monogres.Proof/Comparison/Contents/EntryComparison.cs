using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares what two entries of one name are, without their content.</summary>
internal static class EntryComparison
{
    public static IEnumerable<Difference> Compare(string path, Entry one, Entry other)
    {
        if (one.Kind != other.Kind)
        {
            var isLink = (one.Kind, other.Kind) is (EntryKind.HardLink, EntryKind.File) or (EntryKind.File, EntryKind.HardLink);
            yield return new DifferenceBuilder(path, DifferenceKind.Type).Add(new Detail("kind", Words(one), Words(other)), isLink ? new Evidence.HardLinks() : null).Build();
        }
        else if (!string.Equals(one.Target, other.Target, StringComparison.Ordinal))
        {
            yield return new DifferenceBuilder(path, DifferenceKind.LinkTarget).AddTexts("link target", one.Target, other.Target).Build();
        }

        if (one.Mode is { } mode && other.Mode is { } otherMode && mode != otherMode)
        {
            yield return new DifferenceBuilder(path, DifferenceKind.Mode).Add(new Detail("mode", Octal(mode), Octal(otherMode)), new Evidence.Modes(mode, otherMode)).Build();
        }

        if (one.Owner is { } owner && other.Owner is { } otherOwner && !string.Equals(owner, otherOwner, StringComparison.Ordinal))
            yield return new DifferenceBuilder(path, DifferenceKind.Owner).AddTexts("owner", owner, otherOwner).Build();

        if (one.Time is { } time && other.Time is { } otherTime && time.UtcTicks != otherTime.UtcTicks)
            yield return new DifferenceBuilder(path, DifferenceKind.Time).Add(new Detail("time", Date(time), Date(otherTime)), new Evidence.Times(time, otherTime)).Build();

        if (Headers(path, one, other) is { IsEmpty: false } headers)
            yield return headers.Build();
    }

    /// <summary>Adds the fields that differ.</summary>
    public static void Fields(IEnumerable<Field> one, IEnumerable<Field> other, DifferenceBuilder found)
    {
        // A header may have a name twice; then its values stand together.
        var here = one.ToLookup(field => field.Name, field => field.Value, StringComparer.Ordinal);
        var there = other.ToLookup(field => field.Name, field => field.Value, StringComparer.Ordinal);
        foreach (var name in here.Select(field => field.Key).Union(there.Select(field => field.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (here[name].SequenceEqual(there[name], StringComparer.Ordinal))
                continue;

            var (value, otherValue) = (Joined(here[name]), Joined(there[name]));
            if (name is HardLinks.FieldName)
                found.Add(new Detail(name, value, otherValue), new Evidence.HardLinks());
            else
                found.AddTexts(name, value, otherValue);
        }
    }

    private static DifferenceBuilder Headers(string path, Entry one, Entry other)
    {
        var found = new DifferenceBuilder(path, DifferenceKind.Header);
        if (!one.IsNamedByContent && !string.Equals(one.Name, other.Name, StringComparison.Ordinal))
            found.Add(new Detail("name as written", one.Name, other.Name), null);
        // What the kind implies is no difference of its own.
        if (one.Kind == other.Kind)
            Fields(one.Fields, other.Fields, found);
        return found;
    }

    private static string Words(Entry entry) => entry.Target is { } target ? $"{entry.KindWords} to {target}" : entry.KindWords;

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString(time.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fffffff");

    private static string? Joined(IEnumerable<string> values) => values.Any() ? string.Join(", ", values) : null;
}
