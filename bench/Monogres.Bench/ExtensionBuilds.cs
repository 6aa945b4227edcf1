using Monogres.Core;
using Monogres.Index;
using Monogres.Results.Building;
using Monogres.Store;
using Monogres.Store.Local;

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
        var planner = Bench.PlannerOf(bench.Index, index);
        var targets = Small.SelectMany(name => index.Select(TargetPattern.Parse($"{name}/{bench.Target}")));

        using var store = LocalStore.Open(bench.Store, TimeProvider.System);
        using var held = await store.Locks.LockSharedAsync(waiting: null, cancel);
        await using var runner = bench.SandboxOf(store);
        var engine = bench.EngineOf(store, runner);
        var builds = new TargetBuilds(engine, store.Blobs, new Bench.Quiet());

        List<double> own = [], commands = [];
        foreach (var target in targets.Select(planner.Plan).Where(target => target.HasOwnBuild))
        {
            // The first builds what it is built against, and puts the roots on disk.
            await builds.BuildAsync(target, useCache: false, cancel);
            for (var i = 0; i < Runs; i++)
            {
                var began = TimeProvider.System.GetTimestamp();
                await builds.BuildAsync(target, useCache: false, cancel);
                var whole = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
                var action = await engine.ActionOfAsync(target.Build, cancel) ?? throw new InvalidOperationException($"{target} was built, and its action is not known");
                var run = (await store.Actions.GetAsync(action, cancel))!.ExecutionMetadata;
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
