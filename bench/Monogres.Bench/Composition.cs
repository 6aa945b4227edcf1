using System.Globalization;
using Monogres.Store;
using Monogres.Store.Local;

namespace Monogres.Bench;

/// <summary>Composing the target's toolchain into a store that holds its packages and nothing else, in a process of its own.</summary>
internal static class Composition
{
    /// <summary>The measurement that the process of its own runs.</summary>
    public const string Inner = "compose-alone";

    private const int Runs = 3;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        List<ChildCost> costs = [];
        for (var i = 0; i < Runs; i++)
        {
            using var scratch = bench.NewDirectory();
            await bench.FillWithDownloadsAsync(scratch.Child("store"), cancel);
            costs.Add(await Child.RunAsync(bench.Self(Inner, scratch.Child("store")), watch: true, cancel));
        }

        return
        [
            new Row("compose the toolchain from downloaded packages, wall time", $"15 s on 2 cores (here: {Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)})", Figures.Seconds(costs.Select(cost => cost.Wall))),
            new Row("… CPU time", "", Figures.Seconds(costs.Select(cost => cost.Cpu))),
            new Row("… peak memory", "1000 MB", Figures.Megabytes(costs.Max(cost => cost.PeakMemory))),
        ];
    }

    public static async Task ComposeAsync(Bench bench, CancellationToken cancel)
    {
        var roots = (await bench.PlanAsync(cancel)).Ingredients.BuildRoot;
        using var store = LocalStore.Open(bench.Store, TimeProvider.System);
        await bench.EngineOf(store).GetAllAsync(roots, cancel);
    }
}
