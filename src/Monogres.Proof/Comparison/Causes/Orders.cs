using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What the rules about order ask of lists.</summary>
internal static class Orders
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\f'];

    private static readonly char[] Separators = [.. Blanks, ',', ';', '{', '}', '[', ']', '(', ')', '"', '\'', '|', ':', '='];

    /// <summary>Whether both have the same items, each as often, but not in the same order.</summary>
    public static bool SameItems(ImmutableArray<string> one, ImmutableArray<string> other) =>
        one.Length == other.Length
        && !one.SequenceEqual(other, StringComparer.Ordinal)
        && one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    public static bool IsSorted(ImmutableArray<string> lines) => IsSorted(lines, StringComparer.Ordinal);

    /// <summary>Whether lines are in the order that most locales have: of letters without their case, punctuation left out.</summary>
    public static bool IsSortedAsInDictionary(ImmutableArray<string> lines) =>
        IsSorted([.. lines.Select(line => string.Concat(line.Where(char.IsLetterOrDigit)))], StringComparer.OrdinalIgnoreCase);

    /// <summary>The words of a line, between blanks.</summary>
    public static string[] WordsOf(string line) => line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The items of a list in one line, whatever it is written in.</summary>
    public static ImmutableArray<string> ItemsOf(string line) => [.. line.Split(Separators, StringSplitOptions.RemoveEmptyEntries)];

    private static bool IsSorted(ImmutableArray<string> lines, StringComparer comparer)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            if (comparer.Compare(lines[i - 1], lines[i]) > 0)
                return false;
        }

        return true;
    }
}
