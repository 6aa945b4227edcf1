using Monogres.Actions;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Store;
using Monogres.Store.Local;

namespace Monogres.Bench;

/// <summary><c>monogres matrix</c> over more than a thousand combinations that are all done, as a user starts it.</summary>
internal static class IdleMatrix
{
    private const int Runs = 5;
    private const string Pattern = "*/postgres@17..18";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(bench.Index, cancel)).OrThrow();
        var planner = new Planner(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc");
        var table = await TableAsync(bench, [.. index.Select(TargetPattern.Parse(Pattern), null).Select(planner.Plan)], cancel);

        using var scratch = bench.NewDirectory();
        await new MatrixFiles(scratch.Path).KeepAsync(table, cancel);
        string[] matrix = [bench.Tool, "matrix", Pattern, "--store", bench.Store, "--output", scratch.Path];
        List<double> idle = [], read = [];
        for (var i = 0; i < Runs; i++)
        {
            read.Add((await Child.RunAsync([bench.Tool, "index", "check"], watch: false, cancel)).Wall);
            idle.Add((await Child.RunAsync(matrix, watch: false, cancel)).Wall);
        }

        return
        [
            new Row($"`monogres matrix '{Pattern}'`, {table.Rows.Length} combinations, all done", "2 s", Figures.Seconds(idle), $"{Figures.Share(Figures.Median(idle), Figures.Median(read))} × `index check`"),
            new Row("`monogres index check`, which reads the whole index", "", Figures.Seconds(read)),
        ];
    }

    /// <summary>A table in which every combination is built as it is now.</summary>
    private static async Task<MatrixTable> TableAsync(Bench bench, IReadOnlyList<TargetPlan> plans, CancellationToken cancel)
    {
        using var store = LocalStore.Open(bench.Store, TimeProvider.System);
        using var held = await store.Locks.ShareStoreAsync(waiting: null, cancel);
        var builder = bench.BuilderOf(store, new Nothing());
        List<MatrixRow> rows = [];
        foreach (var plan in plans)
        {
            rows.Add(new MatrixRow
            {
                Target = plan.Target.ToString(),
                Platform = plan.Platform.Name.ToString(),
                Toolchain = plan.Toolchain.Name,
                Status = MatrixStatus.Built,
                Key = await builder.KeyAsync(plan, cancel),
                Date = DateOnly.FromDateTime(DateTime.UtcNow),
                Payload = Digest.Of("payload"u8),
                Builds = 1,
                Size = 7,
            });
        }

        return MatrixTable.Empty with { Rows = [.. rows] };
    }

    private sealed class Nothing : IActionRunner
    {
        public Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel) =>
            throw new InvalidOperationException("a key is known without running anything");
    }
}
