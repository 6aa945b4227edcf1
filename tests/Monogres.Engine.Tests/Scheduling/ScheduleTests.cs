using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Testing;

namespace Monogres.Engine.Tests.Scheduling;

/// <summary>Which command is begun first, and where. In memory a call returns when it waits for a slot.</summary>
public sealed class ScheduleTests
{
    private readonly ConcurrentQueue<string> _begun = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_long_chain_begins_with_is_begun_before_what_nothing_waits_for()
    {
        var small = new SmallEngine(RunAsync) { Cores = 1 };
        var engine = small.New();
        var (first, lone) = (Run("first"), Run("lone"));
        var server = Run("server");
        var extension = Run("extension", server);
        var test = Run("test", extension);

        await engine.AnnounceAsync([first, lone, test], Cancel);
        var running = engine.GetAsync(first, Cancel);
        while (_begun.IsEmpty)
            await Task.Yield();
        Task[] rest = [engine.GetAsync(lone, Cancel), engine.GetAsync(test, Cancel)];
        _held.SetResult();
        await Task.WhenAll([running, .. rest]);
        Assert.Equal(["first", "server"], _begun.Take(2));
        Assert.Equal(5, _begun.Count);
    }

    [Fact]
    public async Task What_most_steps_wait_for_is_begun_first_among_equal_chains()
    {
        var small = new SmallEngine(RunAsync) { Cores = 1 };
        var engine = small.New();
        var (first, few, many) = (Run("first"), Run("few"), Run("many"));
        Step[] wanted = [first, Run("a", few), Run("b", many), Run("c", many)];

        await engine.AnnounceAsync(wanted, Cancel);
        var running = engine.GetAsync(first, Cancel);
        while (_begun.IsEmpty)
            await Task.Yield();
        var rest = engine.GetAllAsync(wanted[1..], Cancel);
        _held.SetResult();
        await Task.WhenAll(running, rest);
        Assert.Equal(["first", "many"], _begun.Take(2));
    }

    [Fact]
    public async Task With_an_engine_elsewhere_and_this_machine_both_work()
    {
        var beside = new ConcurrentQueue<string>();
        var small = new SmallEngine(RunAsync) { RemoteJobs = 1 };
        var here = new FakeActionRunner((request, cancel) =>
        {
            beside.Enqueue(request.Name);
            return FakeActionRunner.SucceededWithAsync(small.Blobs, "file", "x"u8.ToArray(), cancel);
        });
        small.Beside = here;
        var engine = small.New();
        // The engine takes the first, which holds its only slot until the others are done.
        var there = engine.GetAsync(Run("first"), Cancel);
        while (_begun.IsEmpty)
            await Task.Yield();
        await engine.GetAllAsync([Run("second"), Run("third", allCores: true)], Cancel);
        Assert.False(there.IsCompleted);
        _held.SetResult();
        await there;
        Assert.Equal(["test second", "test third"], beside.Order());
        Assert.Equal(["first"], _begun);
    }

    [Fact]
    public async Task As_many_are_at_an_engine_elsewhere_as_it_may_have()
    {
        var small = new SmallEngine(RunAsync) { Cores = 1, RemoteJobs = 3 };
        var engine = small.New();
        var all = engine.GetAllAsync(Enumerable.Range(0, 5).Select(i => Run($"s{i}", allCores: true)), Cancel);
        while (_begun.Count < 3)
            await Task.Yield();
        _held.SetResult();
        await all;
        Assert.Equal(5, _begun.Count);
    }

    private async Task<ActionOutcome> RunAsync(ActionRequest request, Store.IBlobStore blobs, CancellationToken cancel)
    {
        _begun.Enqueue(request.Name.Split(' ')[^1]);
        await _held.Task.WaitAsync(cancel);
        return await FakeActionRunner.SucceededWithAsync(blobs, "file", System.Text.Encoding.UTF8.GetBytes(request.Name), cancel);
    }

    private static RunStep Run(string name, params Step[] inputs) => Run(name, false, inputs);

    private static RunStep Run(string name, bool allCores, params Step[] inputs) => new(
        new StepName("test", name), [.. inputs],
        new StepCommand(["/bin/sh", name], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), RelativePath.Root, TimeSpan.FromHours(1)))
    { UsesAllCores = allCores };
}
