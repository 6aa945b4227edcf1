using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>A stretch of two lists that differs, between stretches that are equal.</summary>
/// <param name="OneAt">Where it begins in the first, from 0.</param>
/// <param name="OtherAt">Where it begins in the second.</param>
/// <param name="One">What the first has there.</param>
/// <param name="Other">What the second has there.</param>
internal sealed record Hunk(int OneAt, int OtherAt, ImmutableArray<string> One, ImmutableArray<string> Other);

/// <summary>In what two lists of texts differ: the longest common subsequence, as far as that can be afforded.</summary>
internal static class ListDiff
{
    // A table of this many cells takes a hundredth of a second and 16 MB.
    private const int MostCells = 4_000_000;

    /// <summary>The stretches that differ, in order. Lists that differ in very much are one stretch between their common ends.</summary>
    public static ImmutableArray<Hunk> Of(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var start = 0;
        while (start < one.Count && start < other.Count && string.Equals(one[start], other[start], StringComparison.Ordinal))
            start++;
        var end = 0;
        while (end < one.Count - start && end < other.Count - start && string.Equals(one[one.Count - 1 - end], other[other.Count - 1 - end], StringComparison.Ordinal))
            end++;

        var (rows, columns) = (one.Count - start - end, other.Count - start - end);
        if (rows == 0 && columns == 0)
            return [];
        if (rows == 0 || columns == 0 || (long)rows * columns > MostCells)
            return [new Hunk(start, start, Slice(one, start, rows), Slice(other, start, columns))];

        var lengths = Lengths(one, other, start, rows, columns);
        var hunks = ImmutableArray.CreateBuilder<Hunk>();
        for (int i = 0, j = 0; i < rows || j < columns;)
        {
            if (i < rows && j < columns && Equal(i, j))
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }

            var (fromI, fromJ) = (i, j);
            while ((i < rows || j < columns) && !(i < rows && j < columns && Equal(i, j)))
            {
                if (j == columns || (i < rows && lengths[i + 1, j] >= lengths[i, j + 1]))
                    i++;
                else
                    j++;
            }

            hunks.Add(new Hunk(start + fromI, start + fromJ, Slice(one, start + fromI, i - fromI), Slice(other, start + fromJ, j - fromJ)));
        }

        return hunks.ToImmutable();

        bool Equal(int i, int j) => string.Equals(one[start + i], other[start + j], StringComparison.Ordinal);
    }

    // Of what follows each pair of places, the length of the longest common subsequence.
    private static int[,] Lengths(IReadOnlyList<string> one, IReadOnlyList<string> other, int start, int rows, int columns)
    {
        var lengths = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
            {
                lengths[i, j] = string.Equals(one[start + i], other[start + j], StringComparison.Ordinal)
                    ? lengths[i + 1, j + 1] + 1
                    : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }

    private static ImmutableArray<string> Slice(IReadOnlyList<string> list, int start, int length)
    {
        var slice = ImmutableArray.CreateBuilder<string>(length);
        for (var i = start; i < start + length; i++)
            slice.Add(list[i]);
        return slice.MoveToImmutable();
    }
}
