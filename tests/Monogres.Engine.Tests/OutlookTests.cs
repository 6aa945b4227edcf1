using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Testing;

namespace Monogres.Engine.Tests;

public class OutlookTests
{
    private readonly SmallEngine _small = new(SmallEngine.Writing("file", "text"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_would_run_is_listed_in_an_order_in_which_it_could_and_nothing_is_run_or_fetched()
    {
        var server = Run("server", Unpack("a"));
        var extension = Run("extension", server, Unpack("b"));
        var pending = await _small.Engine.LookAsync([extension], Cancel);
        Assert.Equal(["a source", "test server", "b source", "test extension"], pending.Where(one => one.IsWork).Select(one => one.Step.ToString()));
        Assert.Equal(
            [PendingReason.NotCached, PendingReason.InputsPending, PendingReason.NotCached, PendingReason.InputsPending],
            pending.Where(one => one.IsWork).Select(one => one.Reason));
        Assert.Empty(_small.Files.Fetched);
        Assert.Equal(0, _small.Runner.Runs);
    }

    [Fact]
    public async Task What_is_known_is_not_listed_nor_what_only_that_needs()
    {
        var source = Unpack("a");
        var server = Run("server", source);
        await _small.Engine.GetAsync(server, Cancel);
        await _small.Memo.RemoveAsync(source.Key, Cancel);
        Assert.Empty(await _small.New().LookAsync([server], Cancel));
        Assert.Equal(["test extension"], (await _small.Engine.LookAsync([Run("extension", server)], Cancel)).Select(one => one.Step.ToString()));
    }

    [Fact]
    public async Task An_action_whose_inputs_are_there_may_turn_out_to_be_cached()
    {
        var server = Run("server", Unpack("a"));
        await _small.Engine.GetAsync(server, Cancel);
        await _small.Memo.RemoveAsync(server.Key, Cancel);
        Assert.Empty(await _small.Engine.LookAsync([server], Cancel));
    }

    [Fact]
    public async Task A_step_that_many_need_is_listed_once()
    {
        var server = Run("server", Unpack("a"));
        var pending = await _small.Engine.LookAsync([Run("one", server), Run("other", server)], Cancel);
        Assert.Single(pending, one => one.Step.Key == server.Key);
    }

    [Fact]
    public async Task The_observer_is_told_how_much_there_is_to_do()
    {
        await _small.Engine.AnnounceAsync([Run("extension", Run("server", Unpack("a")))], Cancel);
        Assert.Equal(new EngineEvent.Planned(3, null), Assert.Single(_small.Observer.Events.OfType<EngineEvent.Planned>()));
    }

    [Fact]
    public async Task The_action_of_a_command_is_known_once_its_inputs_are()
    {
        var source = Unpack("a");
        var server = Run("server", source);
        Assert.Null(await _small.Engine.ActionOfAsync(server, Cancel));
        await _small.Engine.GetAsync(source, Cancel);
        var action = await _small.Engine.ActionOfAsync(server, Cancel);
        Assert.Equal((await _small.Engine.GetAsync(server, Cancel)).Action, action);
    }

    private UnpackStep Unpack(string name)
    {
        var file = _small.Files.Add($"{name}.tar.gz", SmallArchive.Of(($"{name}-1/{name}", name, false)));
        return new UnpackStep(new StepName(name, "source"), [new UnpackFile("tarball", file, null)], []);
    }

    private static RunStep Run(string name, params Step[] layers) => new(
        new StepName("test", name), [.. layers],
        new StepCommand(["/bin/sh", name], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), RelativePath.Root, TimeSpan.FromHours(1)));
}
