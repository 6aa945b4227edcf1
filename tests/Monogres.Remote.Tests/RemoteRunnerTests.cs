using System.Collections.Immutable;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Tests.Engine;
using Monogres.Store;
using Monogres.Store.Trees;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests;

/// <summary>Actions at an engine that misbehaves.</summary>
public sealed class RemoteRunnerTests : IAsyncLifetime
{
    private RemoteFixture _there = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _there = await RemoteFixture.StartAsync();

    public ValueTask DisposeAsync() => _there.DisposeAsync();

    [Theory]
    [MemberData(nameof(EachFault))]
    public async Task Each_status_at_each_call_once_ends_in_the_right_output_or_as_a_failure_of_the_engine(string call, StatusCode status)
    {
        _there.Engine.Faults.Plan = (name, count) => name == call && count == 1 ? new EngineFault.Fails(status) : null;
        var outcome = await RunAsync("mkdir out; printf %s x >out/f");
        if (outcome is ActionOutcome.Succeeded { Result: var result })
            Assert.Equal(await OutputAsync("f", "x"), result.OutputDirectories[0].RootDirectoryDigest.ToDigest());
        else
            Assert.IsType<ActionOutcome.EngineFailed>(outcome);
        Assert.True(status is not StatusCode.Unavailable || outcome is ActionOutcome.Succeeded, $"{call} was not made again: {outcome}");
    }

    [Fact]
    public async Task A_restart_in_the_middle_begins_the_action_again()
    {
        _there.Engine.Faults.Plan = (call, count) =>
        {
            if (call != "Execute" || count != 2)
                return null;
            _there.Engine.Operations.Clear();
            return null;
        };
        await RunAsync("mkdir out");
        _there.Engine.Faults.Plan = (call, count) => (call, count) switch
        {
            ("Execute", 3) => new EngineFault.Cut(StatusCode.Unavailable),
            ("WaitExecution", 1) => new EngineFault.Fails(StatusCode.NotFound),
            _ => null,
        };
        Assert.IsType<ActionOutcome.Succeeded>(await RunAsync("mkdir out; printf %s again >out/f"));
        Assert.Equal(4, _there.Engine.Faults.CountOf("Execute"));
    }

    [Fact]
    public async Task A_long_action_whose_calls_are_ended_every_minute_is_followed_to_its_end()
    {
        await using var there = await RemoteFixture.StartAsync(retries: 0);
        await there.Dialects.FindAsync(Cancel);
        there.Engine.Faults.Plan = (call, count) =>
        {
            if (call is not ("Execute" or "WaitExecution") || count > 20)
                return null;
            there.Time.Advance(TimeSpan.FromMinutes(1));
            return new EngineFault.Cut(StatusCode.Unavailable);
        };

        Assert.IsType<ActionOutcome.Succeeded>(await there.Runner.RunAsync(await RequestAsync("mkdir out", there), new NoLines(), Cancel));
        Assert.InRange(there.Engine.Faults.CountOf("WaitExecution"), 21, 30);
    }

    [Fact]
    public void An_engine_is_not_asked_more_often_than_servers_bear_whether_it_is_there() => Assert.True(Connection.RemoteConnection.KeepAlive > TimeSpan.FromMinutes(5));

    [Fact]
    public async Task What_the_engine_has_lost_is_sent_again_once()
    {
        await RunAsync("mkdir out");
        foreach (var digest in _there.Engine.Blobs.Digests)
            _there.Engine.Blobs.Drop(digest);
        Assert.IsType<ActionOutcome.Succeeded>(await RunAsync("mkdir out; printf %s x >out/f"));
    }

    [Fact]
    public async Task A_failure_out_of_the_engines_own_cache_is_run_again()
    {
        var request = await RequestAsync("mkdir out");
        await _there.Runner.RunAsync(request, new NoLines(), Cancel);
        _there.Engine.Results[_there.Engine.Runs.Last()] = new ActionResult { ExitCode = 1 };
        Assert.IsType<ActionOutcome.Succeeded>(await _there.Runner.RunAsync(request, new NoLines(), Cancel));
    }

    [Fact]
    public async Task A_rerun_does_not_take_the_engines_word()
    {
        var request = await RequestAsync("mkdir out");
        await _there.Runner.RunAsync(request, new NoLines(), Cancel);
        var runs = _there.Engine.Runs.Count;
        _there.Engine.Results[_there.Engine.Runs.Last()] = new ActionResult { OutputDirectories = { new OutputDirectory { Path = "out", RootDirectoryDigest = Digest.Empty.ToWire() } } };
        await _there.Runner.RunAsync(request, new NoLines(), Cancel);
        Assert.Equal(runs, _there.Engine.Runs.Count);
        await _there.Runner.RunAsync(request with { IsRerun = true }, new NoLines(), Cancel);
        Assert.Equal(runs + 1, _there.Engine.Runs.Count);
    }

    [Fact]
    public async Task An_output_that_the_engine_did_not_keep_is_its_failure()
    {
        await RunAsync("mkdir out");
        _there.Engine.Faults.Plan = (call, _) => call == "Execute" ? new EngineFault.Omits() : null;
        Assert.Contains("did not keep all of the output", Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync("mkdir out; printf %s x >out/f")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_for_which_no_worker_comes_is_given_up_and_cancelled_there()
    {
        await RunAsync("mkdir out");
        var running = RunAsync("mkdir out; sleep 1000000");
        while (_there.Engine.Runs.Count < 3)
            await Task.Yield();
        // The engine says that it is queued, and then nothing.
        while (!running.IsCompleted)
        {
            _there.Time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(10, Cancel);
        }

        Assert.Contains("had no worker", Assert.IsType<ActionOutcome.EngineFailed>(await running).Reason, StringComparison.Ordinal);
        Assert.Single(_there.Engine.Cancelled);
    }

    [Fact]
    public async Task The_second_target_costs_its_source_and_its_script()
    {
        var toolchain = new TreeBuilder();
        for (var i = 0; i < 2_000; i++)
            toolchain.AddFile(RelativePath.Parse($"usr/lib/d{i % 40}/f{i}"), await _there.Local.PutAsync(new byte[1_000 + i], Cancel), executable: false);
        var root = await toolchain.WriteAsync(_there.Local, Cancel);
        await RunAsync(await WithAsync(root, "first"));

        var (calls, bytes) = (_there.Engine.Faults.Calls.Count, BytesThere());
        Assert.True(bytes > 2_000_000);
        await RunAsync(await WithAsync(root, "second"));
        // The source, the directories above it, the command, the action, and the output, which comes back.
        Assert.InRange(BytesThere() - bytes, 1, 4_000);
        Assert.Equal(["BatchUpdateBlobs", "Execute", "FindMissingBlobs"], _there.Engine.Faults.Calls.Skip(calls).Order(StringComparer.Ordinal).Where(call => call != "BatchReadBlobs"));

        // Of an output that is here already nothing is fetched, and of inputs that are there nothing is sent.
        (calls, bytes) = (_there.Engine.Faults.Calls.Count, BytesThere());
        await _there.Runner.RunAsync(await WithAsync(root, "second") with { IsRerun = true }, new NoLines(), Cancel);
        Assert.Equal(0, BytesThere() - bytes);
        Assert.Equal(["Execute"], _there.Engine.Faults.Calls.Skip(calls).Where(call => call != "FindMissingBlobs"));

        long BytesThere() => _there.Engine.Blobs.Digests.Sum(digest => digest.Size);
        async Task RunAsync(ActionRequest request) => Assert.IsType<ActionOutcome.Succeeded>(await _there.Runner.RunAsync(request, new NoLines(), Cancel));
    }

    [Fact]
    public async Task It_is_told_where_an_action_is()
    {
        var stages = new Stages();
        await _there.Runner.RunAsync(await RequestAsync("mkdir out"), stages, Cancel);
        Assert.Equal([ActionStage.Sending, ActionStage.Running, ActionStage.Queued, ActionStage.Fetching], stages.Seen);
    }

    [Fact]
    public async Task A_cache_is_not_asked_to_run_anything()
    {
        _there.Engine.Capabilities.ExecutionCapabilities = null;
        var failed = Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync("mkdir out"));
        Assert.Contains("it is a cache", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("--remote-cache", failed.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_takes_neither_dialect_is_told_why()
    {
        _there.Engine.Report = "root worker\nproc yes\ndev yes\nenter no\n";
        Assert.Contains("user namespaces", Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync("mkdir out")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dialect_is_asked_once_and_remembered_on_this_machine()
    {
        await RunAsync("mkdir out");
        using var later = new Running.EngineDialects(_there.Remote, _there.Local, _there.Upload, _there.Memo, _ => Task.FromResult(Digest.Empty));
        var before = _there.Engine.Faults.CountOf("Execute");
        Assert.Equal(Running.Dialect.EngineRoot, (await later.FindAsync(Cancel)).Dialect);
        Assert.Equal(before, _there.Engine.Faults.CountOf("Execute"));
    }

    [Fact]
    public async Task Another_digest_function_and_another_version_of_the_API_are_refused()
    {
        _there.Engine.Capabilities.CacheCapabilities.DigestFunctions.Clear();
        _there.Engine.Capabilities.CacheCapabilities.DigestFunctions.Add(DigestFunction.Types.Value.Blake3);
        _there.Engine.Capabilities.ExecutionCapabilities.DigestFunction = DigestFunction.Types.Value.Blake3;
        Assert.Contains("BLAKE3", Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync("mkdir out")).Reason, StringComparison.Ordinal);

        _there.Engine.Capabilities.CacheCapabilities.DigestFunctions.Add(DigestFunction.Types.Value.Sha256);
        _there.Engine.Capabilities.LowApiVersion = _there.Engine.Capabilities.HighApiVersion = new SemVer { Major = 1, Minor = 2 };
        Assert.Contains("version 1.2", Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync("mkdir out")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_of_version_2_0_gets_the_outputs_named_as_it_knows()
    {
        _there.Engine.Capabilities.HighApiVersion = new SemVer { Major = 2 };
        await RunAsync("mkdir out");
        var action = await _there.Engine.Blobs.ReadMessageAsync(Protocol.Action.Parser, _there.Engine.Runs.Last(), Cancel);
        var command = await _there.Engine.Blobs.ReadMessageAsync(Command.Parser, action.CommandDigest.ToDigest(), Cancel);
        Assert.Equal(["out"], command.OutputDirectories);
        Assert.Empty(command.OutputPaths);
        Assert.Null(action.Platform);
        Assert.Equal(["ISA", "OSFamily"], command.Platform.Properties.Select(property => property.Name));
    }

    [Fact]
    public async Task What_an_engine_cannot_run_runs_here_when_asked()
    {
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(StatusCode.PermissionDenied);
        var here = new Monogres.Testing.FakeActionRunner(Monogres.Testing.FakeActionRunner.Succeeded(Digest.Empty));
        var outcome = await new Running.FallbackRunner(_there.Runner, here, _there.Say).RunAsync(await RequestAsync("mkdir out"), new NoLines(), Cancel);
        Assert.IsType<ActionOutcome.Succeeded>(outcome);
        Assert.Contains("runs here", Assert.Single(_there.Said), StringComparison.Ordinal);
    }

    public static TheoryData<string, StatusCode> EachFault
    {
        get
        {
            var data = new TheoryData<string, StatusCode>();
            foreach (var call in new[] { "GetCapabilities", "FindMissingBlobs", "BatchUpdateBlobs", "BatchReadBlobs", "Execute" })
            {
                foreach (var status in Enum.GetValues<StatusCode>().Where(status => status != StatusCode.OK))
                    data.Add(call, status);
            }

            return data;
        }
    }

    private async Task<ActionOutcome> RunAsync(string script) => await _there.Runner.RunAsync(await RequestAsync(script), new NoLines(), Cancel);

    private async Task<Digest> OutputAsync(string name, string content)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse(name), await _there.Local.PutAsync(System.Text.Encoding.UTF8.GetBytes(content), Cancel), executable: false);
        return await tree.WriteAsync(_there.Local, Cancel);
    }

    private async Task<ActionRequest> RequestAsync(string script, RemoteFixture? there = null)
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(RelativePath.Parse("build"));
        var root = await tree.WriteAsync((there ?? _there).Local, Cancel);
        return new ActionRequest
        {
            Name = "test",
            Layers = [root],
            Action = new CanonicalAction
            {
                InputRoot = root,
                Arguments = ["/bin/sh", "-c", script],
                Environment = ImmutableSortedDictionary<string, string>.Empty,
                WorkingDirectory = RelativePath.Parse("build"),
                Timeout = TimeSpan.FromMinutes(5),
            },
        };
    }

    /// <summary>A toolchain with a source of its own.</summary>
    private async Task<ActionRequest> WithAsync(Digest toolchain, string source)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("build/source"), await _there.Local.PutAsync(System.Text.Encoding.UTF8.GetBytes(source), Cancel), executable: false);
        var root = await TreeUnion.MergeAsync(_there.Local, [new UnionLayer(toolchain, Overrides: false), new UnionLayer(await tree.WriteAsync(_there.Local, Cancel), Overrides: false)], Cancel);
        var request = await RequestAsync($"mkdir out; printf %s {source} >out/f");
        return request with { Layers = [root], Action = request.Action with { InputRoot = root } };
    }

    private sealed class Stages : IProgress<LogProgress>
    {
        public List<ActionStage> Seen { get; } = [];

        public void Report(LogProgress value)
        {
            if (value.Stage is { } stage)
                Seen.Add(stage);
        }
    }

    private sealed class NoLines : IProgress<LogProgress>
    {
        public void Report(LogProgress value)
        {
        }
    }
}
