using System.Globalization;
using System.Text.Json;
using Monogres.Core;
using Monogres.Index.Cache;

namespace Monogres.Bench;

/// <summary>
/// What the index costs a command, each time in a process of its own: read from its files, read from where it is kept, and
/// every target selected. The index is today's, and one of 3,000 projects with ten versions each.
/// </summary>
internal static class IndexReads
{
    /// <summary>The name of the measurement that is the inner process.</summary>
    public const string Inner = "index-inner";

    private const int Runs = 7;
    private const string Everything = "*@*/postgres@13..18";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var work = bench.NewDirectory();
        var large = new LargeIndex { Projects = 3_000, Versions = 10 };
        large.WriteTo(bench.Index, work.Child("large"));
        // Files that have only just been written are not trusted.
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        return
        [
            .. await MeasureAsync(bench, bench.Index, work.Child("kept"), "today's index", "15 ms", cancel),
            .. await MeasureAsync(bench, work.Child("large"), work.Child("kept"), "an index of 3,000 projects × 10 versions", "60 ms", cancel),
        ];
    }

    /// <summary>The inner process: reads an index, takes of it what a command for one target needs, and if asked to selects everything.</summary>
    /// <param name="index">The index.</param>
    /// <param name="kept">Where it is kept.</param>
    /// <param name="everything">Whether everything is selected.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task ReadAsync(string index, string kept, bool everything, CancellationToken cancel)
    {
        var (began, busy) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var read = (await new IndexCache(kept, TimeProvider.System).ReadAsync(index, cancel)).OrThrow();
        var target = read.Select(TargetPattern.Parse("pgvector/postgres@17")).Single();
        _ = (read.Extension(target.Extension!.Name), read.StyleOf(read.Project(target.Server)), read.OptionSets, read.Platform(PlatformName.Parse("debian12-amd64")));
        double[] figures = [TimeProvider.System.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalSeconds];

        (began, busy) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var count = everything ? read.Select(TargetPattern.Parse(Everything)).LongCount() : 0;
        figures = [.. figures, TimeProvider.System.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalSeconds, count];
        Console.WriteLine(JsonSerializer.Serialize(figures));
    }

    private static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, string index, string kept, string what, string bar, CancellationToken cancel)
    {
        async Task<(double[] Figures, long Memory)> RunAsync(string mode)
        {
            var cost = await Child.RunAsync([.. bench.Self(Inner, kept), "--index", index, "--mode", mode], watch: true, cancel);
            return (JsonSerializer.Deserialize<double[]>(cost.Output)!, cost.PeakMemory);
        }

        List<(double[] Figures, long Memory)> files = [], found = [], selected = [];
        for (var i = 0; i < Runs; i++)
        {
            if (Directory.Exists(kept))
                Directory.Delete(kept, recursive: true);
            files.Add(await RunAsync("read"));
            found.Add(await RunAsync("read"));
            selected.Add(await RunAsync("select"));
        }

        // Of a busy machine the CPU time tells more.
        string Cost(List<(double[] Figures, long Memory)> runs, int first) =>
            $"{Figures.Milliseconds(runs.Select(run => run.Figures[first]))}, CPU {Figures.Milliseconds(runs.Select(run => run.Figures[first + 1]))}, {Figures.Megabytes((long)Figures.Median(runs.Select(run => (double)run.Memory)))}";
        return
        [
            new Row($"{what}, read from its files for one target", "", Cost(files, 0)),
            new Row($"{what}, read from where it is kept for one target", bar, Cost(found, 0)),
            new Row(string.Create(CultureInfo.InvariantCulture, $"{what}, `{Everything}`: {selected[0].Figures[4]:N0} targets"), "", Cost(selected, 2)),
        ];
    }
}
