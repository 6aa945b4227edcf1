namespace Monogres.Core;

/// <summary>Finds what the reader may have meant.</summary>
public static class NearNames
{
    /// <summary>The candidates nearest to <paramref name="name"/> by edit distance (Levenshtein), nearest first, at most <paramref name="count"/>, none farther than a third of its length (at least 2).</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int count = 3)
    {
        var limit = Math.Max(2, name.Length / 3);
        return [.. candidates
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .Where(pair => pair.distance <= limit)
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(count).Select(pair => pair.candidate)];
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
