using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Locks;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;
using Wire = Monogres.Protocol;

namespace Monogres.Engine.Tests.Execution;

public sealed class ActionExecutorTests : IDisposable
{
    private static readonly ActionRequest Request = new()
    {
        Name = "postgres@15.18+minimal build",
        Layers = [],
        Action = new CanonicalAction
        {
            InputRoot = Digest.Empty,
            Arguments = ["/bin/true"],
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            WorkingDirectory = RelativePath.Root,
            Timeout = TimeSpan.FromHours(1),
        },
    };

    private static readonly RunStep Step = new(
        new StepName("postgres@15.18+minimal", "build"), [], new StepCommand(Request.Action.Arguments, Request.Action.Environment, Request.Action.WorkingDirectory, Request.Action.Timeout));

    private readonly TemporaryDirectory _locks = new();
    private readonly MemoryBlobStore _blobs = new();
    private readonly MemoryActionCache _actions = new();
    private readonly FakeTime _time = new() { SkipsWaitsBelow = TimeSpan.FromSeconds(1) };
    private readonly RecordingObserver _observer = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _locks.Dispose();

    [Fact]
    public async Task What_succeeded_is_not_run_again()
    {
        var runner = new FakeActionRunner(async (_, cancel) =>
        {
            _time.Advance(TimeSpan.FromSeconds(12));
            return await FakeActionRunner.SucceededWithAsync(_blobs, "usr/bin/postgres", [1, 2, 3], cancel);
        })
        { Line = "checking for gcc" };
        var first = await RunAsync(runner);
        var second = await RunAsync(runner);
        Assert.Equal(1, runner.Runs);
        Assert.Equal((first.Action, first.Output), (second.Action, second.Output));
        Assert.Equal((false, true), (first.Cached, second.Cached));
        Assert.Equal(Request.Action.Digest, first.Action);
        Assert.Equal(
        [
            new EngineEvent.StepStarted(Request.Name, null),
            new EngineEvent.StepAdvanced(Request.Name, "checking for gcc", null),
            new EngineEvent.StepFinished(Request.Name, 12),
            new EngineEvent.StepCached(Request.Name),
        ], _observer.Events);
    }

    [Fact]
    public async Task The_action_and_its_command_are_stored_before_it_is_run()
    {
        var there = false;
        var runner = new FakeActionRunner(async (request, cancel) =>
        {
            there = await _blobs.ContainsAsync(request.Action.Digest, cancel) && await _blobs.ContainsAsync(request.Action.ToCommand().DigestOf(), cancel);
            return FakeActionRunner.Succeeded(Digest.Empty);
        });
        await RunAsync(runner);
        Assert.True(there);
    }

    [Fact]
    public async Task Without_the_cache_it_is_run_again_and_the_new_result_is_kept()
    {
        byte[] content = [1];
        var runner = new FakeActionRunner((_, cancel) => FakeActionRunner.SucceededWithAsync(_blobs, "file", content, cancel));
        await RunAsync(runner);
        content = [2];
        var again = await RunAsync(runner, useCache: false);
        var known = await RunAsync(runner);
        Assert.Equal((2, again.Output, true), (runner.Runs, known.Output, known.Cached));
    }

    [Fact]
    public async Task A_failure_is_never_remembered()
    {
        var outcomes = new Queue<ActionOutcome>([
            new ActionOutcome.Failed(2, await FakeActionRunner.ResultAsync(_blobs, 2, "make: *** [all] Error 2\n", Cancel)),
            new ActionOutcome.TimedOut(TimeSpan.FromHours(1), new Wire.ActionResult()),
            new ActionOutcome.LimitExceeded(ActionLimit.Memory, 1L << 30, new Wire.ActionResult()),
            new ActionOutcome.Refused("it holds a socket", [], new Wire.ActionResult()),
            new ActionOutcome.EngineFailed("no user namespaces", null, []),
            FakeActionRunner.Succeeded(Digest.Empty),
        ]);
        var runner = new FakeActionRunner((_, _) => Task.FromResult(outcomes.Dequeue()));
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.IsType<ActionEnd.Failure>(await Executor(runner).ExecuteAsync(Step, Request, useCache: true, Cancel));
            Assert.Empty(_actions.Actions);
        }

        await RunAsync(runner);
        Assert.Equal(6, runner.Runs);
        Assert.Equal([Request.Action.Digest], _actions.Actions);
    }

    [Fact]
    public async Task A_failure_that_is_remembered_by_mistake_is_not_believed()
    {
        var wrong = new StubbornCache(new Wire.ActionResult { ExitCode = 1, OutputDirectories = { new Wire.OutputDirectory { Path = "out" } } });
        var runner = new FakeActionRunner(FakeActionRunner.Succeeded(Digest.Empty));
        Assert.False((await RunAsync(runner, cache: wrong)).Cached);
    }

    [Fact]
    public async Task A_result_whose_file_is_lost_is_run_again_and_the_reader_is_told()
    {
        var runner = new FakeActionRunner((_, cancel) => FakeActionRunner.SucceededWithAsync(_blobs, "usr/bin/postgres", [1, 2, 3], cancel));
        var first = await RunAsync(runner);
        var lost = Digest.Of([1, 2, 3]);
        _blobs.Drop(lost);

        var second = await RunAsync(runner);
        Assert.Equal((2, first.Output, false), (runner.Runs, second.Output, second.Cached));
        Assert.True(await _blobs.ContainsAsync(lost, Cancel));
        Assert.Equal($"blob {lost} is not in the store", Assert.Single(_observer.Events.OfType<EngineEvent.Repairing>()).Reason);
    }

    [Fact]
    public async Task A_result_whose_directory_is_lost_is_run_again()
    {
        var runner = new FakeActionRunner((_, cancel) => FakeActionRunner.SucceededWithAsync(_blobs, "usr/bin/postgres", [1, 2, 3], cancel));
        var first = await RunAsync(runner);
        _blobs.Drop((await TreeWalk.FindDirectoryAsync(_blobs, first.Output, RelativePath.Parse("usr/bin"), Cancel))!.Value);
        Assert.False((await RunAsync(runner)).Cached);
        Assert.Single(_observer.Events.OfType<EngineEvent.Repairing>());
    }

    [Fact]
    public async Task Two_that_ask_at_once_run_it_once_and_the_second_is_told_whom_it_waits_for()
    {
        var running = new TaskCompletionSource();
        var waiting = new TaskCompletionSource();
        var runner = new FakeActionRunner(async (_, _) =>
        {
            running.SetResult();
            await waiting.Task;
            return FakeActionRunner.Succeeded(Digest.Empty);
        });
        var first = Task.Run(() => RunAsync(runner), Cancel);
        await running.Task;

        var second = new RecordingObserver { Heard = what => { if (what is EngineEvent.Waiting) waiting.TrySetResult(); } };
        var known = await RunAsync(runner, observer: second);

        Assert.Equal((await first).Output, known.Output);
        Assert.True(known.Cached);
        Assert.Equal(1, runner.Runs);
        Assert.Equal(
            [new EngineEvent.Waiting(Request.Name, $"process {Environment.ProcessId} ({Request.Name})"), new EngineEvent.StepCached(Request.Name)],
            second.Events);
    }

    [Fact]
    public async Task The_second_runs_it_when_the_first_failed()
    {
        var outcomes = new Queue<ActionOutcome>([new ActionOutcome.Failed(1, new Wire.ActionResult { ExitCode = 1 }), FakeActionRunner.Succeeded(Digest.Empty)]);
        var runner = new FakeActionRunner((_, _) => Task.FromResult(outcomes.Dequeue()));
        Assert.IsType<ActionEnd.Failure>(await Executor(runner).ExecuteAsync(Step, Request, useCache: true, Cancel));
        Assert.IsType<ActionEnd.Known>(await Executor(runner).ExecuteAsync(Step, Request, useCache: true, Cancel));
    }

    [Fact]
    public async Task Who_is_cancelled_leaves_no_result_and_no_lock()
    {
        using var stop = new CancellationTokenSource();
        var runner = new FakeActionRunner(async (_, cancel) =>
        {
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            return FakeActionRunner.Succeeded(Digest.Empty);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Executor(runner).ExecuteAsync(Step, Request, useCache: true, stop.Token));
        Assert.Empty(_actions.Actions);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_locks.Path));
    }

    [Fact]
    public async Task A_runner_that_succeeds_without_an_output_directory_is_our_bug()
    {
        var runner = new FakeActionRunner(new ActionOutcome.Succeeded(new Wire.ActionResult()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(runner));
        Assert.Empty(_actions.Actions);
    }

    [Fact]
    public async Task An_earlier_run_says_how_long_it_will_take()
    {
        var times = new KnownTimes(new StepTime(30, 1000));
        var runner = new FakeActionRunner(FakeActionRunner.Succeeded(Digest.Empty)) { Line = "half" };
        await RunAsync(runner, times: times);
        Assert.Equal(30, Assert.Single(_observer.Events.OfType<EngineEvent.StepStarted>()).ExpectedSeconds);
        Assert.Equal(Step.Name, Assert.Single(times.Added));
    }

    [Theory]
    [InlineData(0, 500, null)]
    [InlineData(1000, 270, 0.27)]
    [InlineData(1000, 1000, 0.99)]
    [InlineData(1000, 5000, 0.99)]
    public async Task The_log_says_how_far_a_command_is_and_never_that_it_is_done(long earlier, long bytes, double? fraction)
    {
        var runner = new FakeActionRunner(FakeActionRunner.Succeeded(Digest.Empty)) { Line = "gcc -c main.c", Bytes = bytes };
        await RunAsync(runner, times: new KnownTimes(new StepTime(30, earlier)));
        Assert.Equal(new EngineEvent.StepAdvanced(Request.Name, "gcc -c main.c", fraction), Assert.Single(_observer.Events.OfType<EngineEvent.StepAdvanced>()));
    }

    [Fact]
    public async Task Where_the_time_of_an_action_elsewhere_went_is_told_and_that_in_a_queue_is_not_expected_another_time()
    {
        var runner = new StagedRunner(_time, FakeActionRunner.Succeeded(Digest.Empty));
        var times = new KnownTimes(new StepTime(1, 0));
        await RunAsync(runner, times: times);
        Assert.Equal(
            [ActionStage.Sending, ActionStage.Queued, ActionStage.Running, ActionStage.Fetching],
            _observer.Events.OfType<EngineEvent.StepMoved>().Select(moved => moved.Stage));
        var finished = Assert.Single(_observer.Events.OfType<EngineEvent.StepFinished>());
        Assert.Equal(new StageTimes(QueuedSeconds: 200, RunningSeconds: 30, TransferSeconds: 5), finished.Remote);
        Assert.Equal(235, finished.Seconds);
        Assert.Equal(35, Assert.Single(times.Seconds));
    }

    [Fact]
    public async Task An_engine_that_tells_only_afterwards_how_long_an_action_waited_is_understood()
    {
        await RunAsync(new StagedRunner(_time, FakeActionRunner.Succeeded(Digest.Empty)) { TellsQueue = false });
        Assert.Equal(new StageTimes(QueuedSeconds: 200, RunningSeconds: 30, TransferSeconds: 5), Assert.Single(_observer.Events.OfType<EngineEvent.StepFinished>()).Remote);
    }

    [Fact]
    public async Task An_action_that_runs_here_has_no_stages()
    {
        await RunAsync(new FakeActionRunner(FakeActionRunner.Succeeded(Digest.Empty)));
        Assert.Null(Assert.Single(_observer.Events.OfType<EngineEvent.StepFinished>()).Remote);
    }

    private async Task<ExecutedAction> RunAsync(IActionRunner runner, bool useCache = true, IActionCache? cache = null, IEngineObserver? observer = null, IStepTimes? times = null) =>
        Assert.IsType<ActionEnd.Known>(await Executor(runner, cache, observer, times).ExecuteAsync(Step, Request, useCache, Cancel)).Action;

    private ActionExecutor Executor(IActionRunner runner, IActionCache? cache = null, IEngineObserver? observer = null, IStepTimes? times = null)
    {
        var services = new EngineServices
        {
            Blobs = _blobs,
            Memo = new MemoryMemo(),
            Actions = new CompleteActionCache(cache ?? _actions, _blobs, (_, missing) => _observer.On(new EngineEvent.Repairing("action", missing.Message))),
            Locks = new StoreLocks(_locks.Path, _time),
            Files = new MemoryFiles(_blobs),
            Runner = runner,
            Observer = observer ?? _observer,
            Times = times ?? NoTimes.Instance,
            Time = _time,
            Cores = 2,
        };
        return new ActionExecutor(services, new ActionPlaces(services));
    }

    /// <summary>An engine elsewhere: 3 seconds to send, 200 in a queue, 30 running, 2 to fetch.</summary>
    private sealed class StagedRunner(FakeTime time, ActionOutcome outcome) : IActionRunner
    {
        public bool TellsQueue { get; init; } = true;

        public Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
        {
            log.Report(LogProgress.Of(ActionStage.Sending));
            time.Advance(TimeSpan.FromSeconds(3));
            log.Report(LogProgress.Of(TellsQueue ? ActionStage.Queued : ActionStage.Running));
            time.Advance(TimeSpan.FromSeconds(200));
            if (TellsQueue)
                log.Report(LogProgress.Of(ActionStage.Running));
            time.Advance(TimeSpan.FromSeconds(30));
            log.Report(LogProgress.Of(ActionStage.Fetching) with { Waited = TellsQueue ? TimeSpan.Zero : TimeSpan.FromSeconds(200) });
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(outcome);
        }
    }

    private sealed class KnownTimes(StepTime time) : IStepTimes
    {
        public List<StepName> Added { get; } = [];

        public StepTime? Find(StepName step) => time;

        public List<double> Seconds { get; } = [];

        public void Add(StepName step, StepTime newer)
        {
            Added.Add(step);
            Seconds.Add(newer.Seconds);
        }
    }

    /// <summary>A cache, remote say, that gives out what should never have entered.</summary>
    private sealed class StubbornCache(Wire.ActionResult result) : IActionCache
    {
        public ValueTask<Wire.ActionResult?> GetAsync(Digest action, CancellationToken cancel) => new(result);

        public ValueTask PutAsync(Digest action, Wire.ActionResult newer, CancellationToken cancel) => ValueTask.CompletedTask;

        public ValueTask RemoveAsync(Digest action, CancellationToken cancel) => ValueTask.CompletedTask;
    }
}
