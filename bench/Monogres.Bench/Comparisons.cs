using System.Diagnostics;
using System.Security.Cryptography;
using Monogres.Proof.Comparison;

namespace Monogres.Bench;

/// <summary>
/// Comparing two equal trees of half a gigabyte, against hashing both: a comparison that reads everything once and stops looking
/// where bytes are equal costs no more. Measured in one process, in turn, with both trees in the cache of the system.
/// </summary>
internal static class Comparisons
{
    private const int Times = 5, SmallFiles = 4000, SmallSize = 25_000, LargeFiles = 8, LargeSize = 50_000_000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var (one, other) = (scratch.Child("one"), scratch.Child("other"));
        var size = Write(one);
        Write(other);

        List<double> compared = [], hashed = [];
        for (var i = 0; i <= Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            if (!(await ArtifactComparer.CompareAsync(one, other, cancel)).Identical)
                throw new InvalidOperationException("the trees that were written as equal are not");
            var between = Stopwatch.GetTimestamp();
            await HashAsync(one, cancel);
            await HashAsync(other, cancel);
            // The first round warms up.
            if (i == 0)
                continue;
            compared.Add(Stopwatch.GetElapsedTime(start, between).TotalSeconds);
            hashed.Add(Stopwatch.GetElapsedTime(between).TotalSeconds);
        }

        return
        [
            new Row($"comparing two equal trees of {Figures.Megabytes(size)}, over hashing them", "1 ×", Figures.Seconds(compared), $"{Figures.Share(Figures.Median(compared), Figures.Median(hashed))} × {Figures.Seconds(hashed)}"),
        ];
    }

    private static async Task HashAsync(string directory, CancellationToken cancel)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            await SHA256.HashDataAsync(content, cancel);
        }
    }

    private static long Write(string directory)
    {
        var random = new Random(1);
        var large = new byte[LargeSize];
        for (var file = 0; file < LargeFiles + SmallFiles; file++)
        {
            var folder = Path.Combine(directory, $"{file % 50}");
            Directory.CreateDirectory(folder);
            var content = large.AsSpan(0, file < LargeFiles ? LargeSize : SmallSize);
            random.NextBytes(content);
            using var output = File.OpenHandle(Path.Combine(folder, $"{file}"), FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(output, content, 0);
        }

        return ((long)LargeFiles * LargeSize) + ((long)SmallFiles * SmallSize);
    }
}
