using System.Globalization;
using System.Text.Json;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Cache;

namespace Monogres.Bench;

/// <summary>Every target of an index of 3,000 projects × 10 versions planned, and its key computed, in a process of its own: for each release of PostgreSQL 13 to 18 every version that fits it.</summary>
internal static class PlansAndKeys
{
    /// <summary>The name of the measurement that is the inner process.</summary>
    public const string Inner = "plan-inner";

    private const int Runs = 3;
    private const string Everything = "*@*/postgres@13..18";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var work = bench.NewDirectory();
        new LargeIndex { Projects = 3_000, Versions = 10 }.WriteTo(bench.Index, work.Child("large"));
        List<(double[] Figures, long Memory)> runs = [];
        for (var i = 0; i < Runs; i++)
        {
            var cost = await Child.RunAsync([.. bench.Self(Inner, work.Child("kept")), "--index", work.Child("large")], watch: true, cancel);
            runs.Add((JsonSerializer.Deserialize<double[]>(cost.Output)!, cost.PeakMemory));
        }

        var count = runs[0].Figures[1];
        var allocated = Figures.Median(runs.Select(run => run.Figures[2]));
        return
        [
            new Row(string.Create(CultureInfo.InvariantCulture, $"plan and key {count:N0} targets"), "10 s", Figures.Seconds(runs.Select(run => run.Figures[0])),
                string.Create(CultureInfo.InvariantCulture, $"{Figures.Median(runs.Select(run => run.Figures[0])) / count * 1e6:0.0} µs and {allocated / count:0} bytes allocated for each")),
            new Row("… CPU time", "", Figures.Seconds(runs.Select(run => run.Figures[3]))),
            new Row("… peak memory", "500 MB", Figures.Megabytes((long)Figures.Median(runs.Select(run => (double)run.Memory)))),
        ];
    }

    /// <summary>The inner process: reads the index, then plans and keys everything.</summary>
    /// <param name="index">The index.</param>
    /// <param name="kept">Where it is kept.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task PlanAsync(string index, string kept, CancellationToken cancel)
    {
        var read = (await new IndexCache(kept, TimeProvider.System).ReadAsync(index, cancel)).OrThrow();
        var planner = Bench.PlannerOf(index, read);
        var (began, allocated, count, cpu) = (TimeProvider.System.GetTimestamp(), GC.GetTotalAllocatedBytes(), 0L, Environment.CpuUsage.TotalTime);
        foreach (var target in read.Select(TargetPattern.Parse(Everything)))
        {
            _ = planner.Plan(target).Payload.Key;
            count++;
        }

        Console.WriteLine(JsonSerializer.Serialize<double[]>([TimeProvider.System.GetElapsedTime(began).TotalSeconds, count, GC.GetTotalAllocatedBytes() - allocated, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds]));
    }
}
