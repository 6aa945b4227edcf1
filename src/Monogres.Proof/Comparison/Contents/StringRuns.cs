using System.Text;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Texts in binary contents.</summary>
internal static class StringRuns
{
    /// <summary>Shorter runs of printable bytes occur by chance.</summary>
    private const int Shortest = 4;

    private const int LongestRun = 2000, MostRuns = 500_000;

    /// <summary>The run of printable bytes that holds the byte at <paramref name="at"/>; null when it is in none.</summary>
    public static string? Around(ReadOnlySpan<byte> bytes, int at)
    {
        if (at >= bytes.Length || !IsPrintable(bytes[at]))
            return null;

        var (start, end) = (at, at + 1);
        while (start > 0 && at - start < LongestRun && IsPrintable(bytes[start - 1]))
            start--;
        while (end < bytes.Length && end - at < LongestRun && IsPrintable(bytes[end]))
            end++;
        return end - start >= Shortest ? Encoding.UTF8.GetString(bytes[start..end]) : null;
    }

    /// <summary>All runs of printable bytes, in order.</summary>
    public static List<string> In(ReadOnlySpan<byte> bytes)
    {
        List<string> runs = [];
        for (var start = 0; start < bytes.Length && runs.Count < MostRuns;)
        {
            var end = start;
            while (end < bytes.Length && IsPrintable(bytes[end]))
                end++;
            if (end - start >= Shortest)
                runs.Add(Encoding.UTF8.GetString(bytes[start..end]));
            start = end + 1;
        }

        return runs;
    }

    // Bytes beyond ASCII are part of UTF-8 as often as of numbers; texts that tell of a machine are ASCII.
    private static bool IsPrintable(byte value) => value is (>= 0x20 and < 0x7f) or (byte)'\t' or (byte)'\n';
}
