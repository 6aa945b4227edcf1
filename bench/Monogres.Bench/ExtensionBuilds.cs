using Monogres.Engine.Execution;
using Monogres.Payloads.Extensions;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Sandbox;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Store.Locks;

namespace Monogres.Bench;

/// <summary>
/// Small extensions built without the cache against a PostgreSQL that is built: what one takes beyond the commands
/// themselves, which is planning, laying the root together, capturing, hashing and inspecting.
/// </summary>
internal static class ExtensionBuilds
{
    private const int Runs = 5;

    // Of C and of SQL alone, with one file and with some hundred, whose sources do not move.
    private static readonly string[] Small = ["extra_window_functions", "first_last_agg", "pg_rational", "pg_similarity", "plsh", "prioritize", "londiste", "pgq_node"];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(bench.Index, cancel)).OrThrow();
        var planner = new Planner(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc");
        var targets = Small.SelectMany(name => index.Select(TargetPattern.Parse($"{name}/{bench.Target}"), null));

        using var store = LocalStore.Open(bench.Store, TimeProvider.System);
        using var held = await store.Locks.ShareStoreAsync(waiting: null, cancel);
        var roots = bench.RootsOf(store);
        var programs = await roots.SandboxProgramsAsync(index.Platform(PlatformName.Parse("debian12-amd64")), Freshness.Remembered, cancel);
        await using var runner = new SandboxRunner(store, new SandboxOptions { ProgramsRoot = programs }, TimeProvider.System);
        var builder = bench.BuilderOf(store, runner);

        List<double> own = [], commands = [];
        foreach (var plan in targets.Select(planner.Plan).OfType<ExtensionPlan>())
        {
            // The first builds what it is built against, and puts the roots on disk.
            await builder.BuildAsync(plan, useCache: false, cancel);
            for (var i = 0; i < Runs; i++)
            {
                var began = TimeProvider.System.GetTimestamp();
                var built = await builder.BuildAsync(plan, useCache: false, cancel);
                var whole = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
                var run = built.Executed.Result.ExecutionMetadata;
                var command = (run.ExecutionCompletedTimestamp.ToDateTime() - run.ExecutionStartTimestamp.ToDateTime()).TotalSeconds;
                commands.Add(command);
                own.Add(whole - command);
            }
        }

        return
        [
            new Row($"a small extension against `{bench.Target}`, beyond its commands", "150 ms", Figures.Milliseconds(own), $"{Figures.Share(Figures.Median(own), Figures.Median(commands))} × its commands"),
            new Row("its commands, in the sandbox", "", Figures.Milliseconds(commands)),
        ];
    }
}
