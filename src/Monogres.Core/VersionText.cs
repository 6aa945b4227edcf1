namespace Monogres.Core;

/// <summary>
/// Orders versions of which nothing is known but their text, as Debian policy 5.6.12 orders upstream versions: numbers by
/// their value, <c>1.9</c> before <c>1.10</c>; a tilde before everything, <c>2.0~rc1</c> before <c>2.0</c>; letters before
/// other characters.
/// </summary>
public static class VersionText
{
    /// <summary>Less than 0, 0 or more than 0, as one version is earlier than, the same as or later than the other. Alternates between a part without digits, by <see cref="Weight"/>, and a number, until one differs.</summary>
    public static int Compare(string a, string b)
    {
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            while ((i < a.Length && !char.IsAsciiDigit(a[i])) || (j < b.Length && !char.IsAsciiDigit(b[j])))
            {
                var order = Weight(a, i).CompareTo(Weight(b, j));
                if (order != 0)
                    return order;

                i++;
                j++;
            }

            var left = Number(a, ref i);
            var right = Number(b, ref j);
            var numbers = left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.CompareTo(right, StringComparison.Ordinal);
            if (numbers != 0)
                return numbers;
        }

        return 0;
    }

    /// <summary>A tilde sorts before the end of the part, that before letters, those before everything else.</summary>
    private static int Weight(string text, int index) => index >= text.Length || char.IsAsciiDigit(text[index]) ? 0
        : text[index] is '~' ? -1
        : char.IsAsciiLetter(text[index]) ? text[index]
        : text[index] + 256;

    /// <summary>The digits from here without leading zeros: numbers may be longer than any integer type.</summary>
    private static ReadOnlySpan<char> Number(string text, ref int index)
    {
        while (index < text.Length && text[index] == '0')
            index++;

        var start = index;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
            index++;

        return text.AsSpan(start, index - start);
    }
}
