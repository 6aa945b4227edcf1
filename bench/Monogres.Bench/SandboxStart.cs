using System.Collections.Immutable;
using System.Diagnostics;
using Monogres.Actions;
using Monogres.Payloads.Layout;
using Monogres.Plans.Scripts;
using Monogres.Sandbox;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Store.Trees;

namespace Monogres.Bench;

/// <summary>An action that does as good as nothing in the target's toolchain root: start, run, collect. Beside a plain start of <c>true</c>.</summary>
internal static class SandboxStart
{
    private const int Runs = 50;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        var target = await bench.PlanAsync(cancel);
        using var store = LocalStore.Open(bench.Store, TimeProvider.System);
        using var held = await store.Locks.LockSharedAsync(waiting: null, cancel);
        var engine = bench.EngineOf(store);
        var root = (await engine.GetAsync(target.Ingredients.BuildRoot[0], cancel)).Tree;
        var programs = (await engine.GetAsync(await bench.SandboxProgramsAsync(cancel), cancel)).Tree;
        var files = await TreeWalk.EntriesAsync(store.Blobs, root, cancel).CountAsync(cancel);

        var work = new TreeBuilder();
        work.AddDirectory(BuildPaths.Work);
        ImmutableArray<Core.Digest> layers = [root, await work.WriteAsync(store.Blobs, cancel)];
        var request = new ActionRequest
        {
            Name = "true",
            Layers = layers,
            Action = new CanonicalAction
            {
                InputRoot = await TreeUnion.MergeAsync(store.Blobs, [.. layers.Select(layer => new UnionLayer(layer, Overrides: false))], cancel),
                // The least that an action can do: it must leave an output directory.
                Arguments = ["/usr/bin/mkdir", CanonicalAction.OutputDirectory],
                Environment = Commands.EnvironmentOf(target.SourceDate),
                WorkingDirectory = BuildPaths.Work,
                Timeout = TimeSpan.FromMinutes(1),
            },
        };

        List<double> sandbox = [], plain = [];
        await using (var runner = new SandboxRunner(store, new SandboxOptions { ProgramsRoot = programs }, TimeProvider.System))
        {
            // The first puts the root on disk, which happens once for each root.
            await RunAsync(runner, request, cancel);
            for (var i = 0; i < Runs; i++)
            {
                plain.Add((await Child.RunAsync(["true"], watch: false, cancel)).Wall);
                var began = Stopwatch.GetTimestamp();
                await RunAsync(runner, request, cancel);
                sandbox.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        var process = Figures.Median(plain);
        return
        [
            new Row($"start, run `true`, collect in a sandbox with a root of {files} entries, beyond the process itself", "60 ms", Figures.Milliseconds(sandbox.Select(whole => whole - process))),
            new Row("a plain start of `true`", "", Figures.Milliseconds(plain)),
        ];
    }

    private static async Task RunAsync(SandboxRunner runner, ActionRequest request, CancellationToken cancel)
    {
        if (await runner.RunAsync(request, new Progress<LogProgress>(), cancel) is not ActionOutcome.Succeeded and var outcome)
            throw new InvalidOperationException($"`true` did not end well in the sandbox: {outcome}");
    }
}
