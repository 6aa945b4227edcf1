using System.Globalization;

namespace Monogres.Bench;

/// <summary><c>monogres plan --json</c> of everything in an index of 1,000 projects × 10 versions, as a user starts it; the lines are counted.</summary>
internal static class PlanStream
{
    private const string Everything = "*@*/postgres@13..18";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        new LargeIndex { Projects = 1_000, Versions = 10 }.WriteTo(bench.Index, scratch.Child("large"));
        var cost = await Child.RunAsync(
            ["env", $"MONOGRES_INDEX={scratch.Child("large")}", $"XDG_CACHE_HOME={scratch.Child("cache")}", bench.Tool, "plan", Everything, "--json", "--store", scratch.Child("none")],
            watch: true, cancel, countLines: true);
        var lines = double.Parse(cost.Output, CultureInfo.InvariantCulture);
        return
        [
            new Row(string.Create(CultureInfo.InvariantCulture, $"`monogres plan '{Everything}' --json`, 1,000 projects × 10 versions: {lines:N0} lines"), "", Figures.Seconds([cost.Wall]),
                string.Create(CultureInfo.InvariantCulture, $"{cost.Wall / lines * 1e6:0} µs a line")),
            new Row("… peak memory", "500 MB", Figures.Megabytes(cost.PeakMemory)),
        ];
    }
}
