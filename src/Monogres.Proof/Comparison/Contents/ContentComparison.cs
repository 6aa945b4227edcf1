using Monogres.Payloads.Binaries;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares two contents that have no entries and are not equal.</summary>
internal static class ContentComparison
{
    /// <summary>Bytes up to which a content is looked into as a whole.</summary>
    public const int Largest = 128 << 20;

    // Beyond this a text is not one that a person reads, and its lines cost several times as much memory.
    private const int LargestText = 32 << 20;

    /// <summary>The difference. It is looked for in one order of both whatever order was asked for, so that its mirror image is that of the other order.</summary>
    public static Difference Compare(string path, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        one.Span.SequenceCompareTo(other.Span) > 0 ? Ordered(path, other, one).Mirror() : Ordered(path, one, other);

    private static Difference Ordered(string path, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        var found = new DifferenceBuilder(path, DifferenceKind.Content);
        var isSmall = Math.Max(one.Length, other.Length) <= LargestText;
        if (isSmall && JsonComparison.TryCompare(one, other, found))
            return found.Build();
        if (isSmall && TextComparison.TextOf(one) is { } text && TextComparison.TextOf(other) is { } otherText)
            TextComparison.Compare(text, otherText, found);
        else
            Binary(one, other, found);
        return found.Build();
    }

    private static void Binary(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found)
    {
        if (ElfFile.IsElf(one.Span) && ElfFile.IsElf(other.Span))
        {
            try
            {
                ElfComparison.Compare(one, other, found);
                return;
            }
            catch (FormatException damage)
            {
                found.Say(new Detail($"an ELF file that cannot be read by its sections: {damage.Message}"));
            }
        }

        BytesComparison.Compare("", one, other, found);
    }
}
