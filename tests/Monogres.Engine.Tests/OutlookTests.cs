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
        Assert.Equal(
            [new PlannedStep("a source", null), new PlannedStep("test server", null), new PlannedStep("test extension", null)],
            Assert.Single(_small.Observer.Events.OfType<EngineEvent.Planned>()).Steps);
    }

    [Fact]
    public async Task A_step_is_announced_once_however_many_ask_for_it()
    {
        var server = Run("server", Unpack("a"));
        await _small.Engine.AnnounceAsync([Run("one", server)], Cancel);
        await _small.Engine.AnnounceAsync([Run("other", server)], Cancel);
        Assert.Equal(
            ["a source, test server, test one", "test other"],
            _small.Observer.Events.OfType<EngineEvent.Planned>().Select(planned => string.Join(", ", planned.Steps.Select(step => step.Step))));
    }

    [Fact]
    public async Task What_was_announced_begins_or_is_found_in_a_cache_and_is_then_accounted_for()
    {
        var server = Run("server", Unpack("a"));
        await _small.Engine.AnnounceAsync([server], Cancel);
        await _small.Engine.GetAsync(server, Cancel);
        await _small.Engine.GetAsync(server, Cancel);
        Assert.Equal(2, _small.Observer.Events.OfType<EngineEvent.StepFinished>().Count());
        Assert.DoesNotContain(_small.Observer.Events, what => what is EngineEvent.StepCached or EngineEvent.StepOmitted);
    }

    [Fact]
    public async Task What_another_process_has_made_meanwhile_is_cached_and_what_only_it_needs_is_omitted()
    {
        var (shared, own) = (Unpack("shared"), Unpack("own"));
        var server = Run("server", shared, own);
        var other = Run("other", shared);
        var mine = _small.Engine;
        await mine.AnnounceAsync([server, other], Cancel);

        var before = _small.Observer.Events.Count;
        await _small.New().GetAsync(server, Cancel);
        var after = _small.Observer.Events.Count;
        Assert.True(after > before);
        await mine.GetAsync(server, Cancel);
        Assert.Equal<EngineEvent>([new EngineEvent.StepCached("test server"), new EngineEvent.StepOmitted("own source")], _small.Observer.Events.Skip(after));
    }

    [Fact]
    public async Task What_needs_a_step_that_failed_is_omitted()
    {
        var file = _small.Files.Add("gone.tar.gz", SmallArchive.Of(("gone-1/gone", "gone", false)));
        _small.Files.Remove(file);
        var gone = new UnpackStep(new StepName("gone", "source"), [new UnpackFile("tarball", file, null)], []);
        var server = Run("server", gone);
        var fine = Run("fine", Unpack("a"));
        await _small.Engine.AnnounceAsync([Run("extension", server), fine], Cancel);
        await Assert.ThrowsAsync<UserErrorException>(() => _small.Engine.GetAsync(server, Cancel));
        Assert.Equal(["gone source", "test extension", "test server"], _small.Observer.Events.OfType<EngineEvent.StepOmitted>().Select(omitted => omitted.Step).Order(StringComparer.Ordinal));
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
