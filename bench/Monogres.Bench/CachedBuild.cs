namespace Monogres.Bench;

/// <summary><c>monogres build</c> of a target that is built, as a user starts it, beside an empty .NET program.</summary>
internal static class CachedBuild
{
    private const int Runs = 10;

    /// <summary>With today's index.</summary>
    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        return await MeasureAsync(bench, [], scratch, "", "0.15 s", cancel);
    }

    /// <summary>With an index of 3,000 projects with ten versions each beside the same server.</summary>
    public static async Task<IReadOnlyList<Row>> MeasureLargeAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        new LargeIndex { Projects = 3_000, Versions = 10, Minors = 0 }.WriteTo(bench.Index, scratch.Child("large"));
        // Files that have only just been written are not trusted.
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        return await MeasureAsync(bench, ["env", $"MONOGRES_INDEX={scratch.Child("large")}", $"XDG_CACHE_HOME={scratch.Child("cache")}"], scratch, ", 3,000 projects × 10 versions", "0.2 s", cancel);
    }

    private static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, string[] environment, ScratchDirectory scratch, string load, string bar, CancellationToken cancel)
    {
        string[] build = [.. environment, bench.Tool, "build", bench.Target, "--store", bench.Store, "--output", scratch.Child("dist")];

        // The first builds the target when it is not built, and writes the archive; from the second on, file times are old enough to be trusted.
        for (var i = 0; i < 2; i++)
        {
            await Child.RunAsync(build, watch: false, cancel);
            await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        }

        List<double> cached = [], empty = [], ratios = [];
        for (var i = 0; i < Runs; i++)
        {
            empty.Add((await Child.RunAsync(bench.EmptyProgram, watch: false, cancel)).Wall);
            cached.Add((await Child.RunAsync(build, watch: false, cancel)).Wall);
            ratios.Add(cached[^1] / empty[^1]);
        }

        var memory = (await Child.RunAsync(build, watch: true, cancel)).PeakMemory;
        return
        [
            new Row($"`monogres build {bench.Target}`, built already, whole process{load}", bar, Figures.Seconds(cached), $"{Figures.Share(Figures.Median(ratios), 1)} × an empty program"),
            new Row("… peak memory", "100 MB", Figures.Megabytes(memory)),
            new Row("an empty .NET program, whole process", "", Figures.Seconds(empty)),
        ];
    }
}
