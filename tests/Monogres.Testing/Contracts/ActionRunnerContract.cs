using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Testing.Contracts;

/// <summary>
/// What every runner promises, with the rules for outputs applied to what it gives. A test class inherits it for each
/// runner. The commands are shell scripts of a few simple commands, so that a runner in memory can run them too.
/// </summary>
public abstract class ActionRunnerContract
{
    private static readonly RelativePath Work = RelativePath.Parse("build");

    /// <summary>The store that the runner works with.</summary>
    protected abstract IBlobStore Blobs { get; }

    /// <summary>The runner under test, which gives outputs as they are.</summary>
    protected abstract IActionRunner Runner { get; }

    /// <summary>A tree with <c>/bin/sh</c> and the usual tools, for the first layer.</summary>
    protected abstract Digest Shell { get; }

    /// <summary>Whether it tells of what no tree can hold; an engine that speaks in trees does not.</summary>
    protected virtual bool TellsOfPipes => true;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_stands_below_out_is_the_output()
    {
        var outcome = await RunAsync("mkdir -p out/a/empty; printf %s hello >out/a/f; printf %s run >out/x; chmod +x out/x; printf %s lost >other; mkdir more; printf %s lost >more/f");
        Assert.Equal(["a/", "a/empty/", "a/f = hello", "x* = run"], await EntriesAsync(outcome));
    }

    [Fact]
    public async Task The_same_files_give_the_same_digest_as_a_tree_that_was_built_by_hand()
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(RelativePath.Parse("empty"));
        tree.AddFile(RelativePath.Parse("b"), await Blobs.PutAsync("2"u8.ToArray(), Cancel), executable: true);
        tree.AddFile(RelativePath.Parse("a.b/f"), await Blobs.PutAsync("1"u8.ToArray(), Cancel), executable: false);
        tree.AddSymlink(RelativePath.Parse("l"), "a.b/f");
        var outcome = await RunAsync("mkdir -p out/empty out/a.b; printf %s 2 >out/b; chmod +x out/b; ln -s a.b/f out/l; printf %s 1 >out/a.b/f");
        Assert.Equal(await tree.WriteAsync(Blobs, Cancel), OutputOf(outcome));
    }

    [Fact]
    public async Task An_output_directory_with_nothing_in_it_is_the_empty_tree() => Assert.Equal(Digest.Empty, OutputOf(await RunAsync("mkdir out")));

    [Fact]
    public async Task The_command_sees_its_layers_and_later_ones_win()
    {
        var outcome = await RunAsync(
            await RequestAsync("mkdir out; cat f g dir/h >out/all", [Shell, await SourceAsync(("f", "1"), ("g", "1"), ("dir/h", "1")), await SourceAsync(("f", "2"))]));
        Assert.Equal(["all = 211"], await EntriesAsync(outcome));
    }

    [Fact]
    public async Task Logs_are_kept_apart()
    {
        var result = Assert.IsType<ActionOutcome.Succeeded>(await RunAsync("mkdir out; echo told; echo warned >&2; echo again")).Result;
        Assert.Equal((0, "told\nagain\n", "warned\n"), (result.ExitCode, await TextAsync(result.StdoutDigest), await TextAsync(result.StderrDigest)));
    }

    [Fact]
    public async Task Another_exit_code_is_a_failure_with_its_logs_and_without_output()
    {
        var failed = Assert.IsType<ActionOutcome.Failed>(await RunAsync("mkdir out; echo told; echo warned >&2; exit 3; echo never"));
        Assert.Equal((3, 3), (failed.ExitCode, failed.Result.ExitCode));
        Assert.Equal(("told\n", "warned\n"), (await TextAsync(failed.Result.StdoutDigest), await TextAsync(failed.Result.StderrDigest)));
        Assert.Empty(failed.Result.OutputDirectories);
    }

    [Fact]
    public async Task A_killed_command_has_128_and_the_signal_as_exit_code() =>
        Assert.Equal(137, Assert.IsType<ActionOutcome.Failed>(await RunAsync("kill -9 $$")).ExitCode);

    [Fact]
    public async Task A_command_that_takes_too_long_is_stopped_and_its_logs_so_far_are_kept()
    {
        var request = await RequestAsync("mkdir out; echo begun; sleep 1000", [Shell, await SourceAsync()]);
        var limit = TimeSpan.FromSeconds(2);
        var timedOut = Assert.IsType<ActionOutcome.TimedOut>(await RunAsync(request with { Action = request.Action with { Timeout = limit } }));
        Assert.Equal((limit, "begun\n"), (timedOut.Limit, await TextAsync(timedOut.Result.StdoutDigest)));
        Assert.Empty(timedOut.Result.OutputDirectories);
    }

    [Fact]
    public async Task Cancellation_stops_the_command()
    {
        var request = await RequestAsync("mkdir out; sleep 1000", [Shell, await SourceAsync()]);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        cancel.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(request, cancel: cancel.Token));
    }

    [Fact]
    public async Task A_cancelled_token_starts_nothing()
    {
        var request = await RequestAsync("mkdir out", [Shell, await SourceAsync()]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(request, cancel: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_layer_that_is_not_in_the_store_is_told()
    {
        var request = await RequestAsync("mkdir out", [Shell, await SourceAsync()]);
        var missing = Digest.Of("nothing has this"u8);
        var lost = await Assert.ThrowsAsync<BlobMissingException>(() => RunAsync(request with
        {
            Layers = [.. request.Layers, missing],
            Action = request.Action with { InputRoot = missing },
        }));
        Assert.Equal(missing, lost.Digest);
    }

    [Fact]
    public async Task Links_stay_as_they_are_or_become_relative()
    {
        var outcome = await RunAsync(
            "mkdir -p out/lib; printf %s x >out/lib/f; ln -s ../lib/./f out/lib/g; ln -s nothing out/lib/h; ln -s /build/out/lib/f out/lib/abs; ln -s /lib/f out/installed; ln -s /build/out out/top");
        Assert.Equal(["installed -> lib/f", "lib/", "lib/abs -> f", "lib/f = x", "lib/g -> ../lib/./f", "lib/h -> nothing", "top -> ."], await EntriesAsync(outcome));
    }

    [Fact]
    public async Task Everything_that_cannot_be_kept_is_told_at_once()
    {
        var outcome = await RunAsync(
            "mkdir -p out/a; mkfifo out/a/pipe; ln -s ../x out/a/up; ln -s ../../x out/a/out; ln -s /etc/passwd out/abs; printf %s canary-host >out/f", new Canary("host name", "canary-host"));
        var refused = Assert.IsType<ActionOutcome.Refused>(outcome);
        Assert.Equal("not all of it can be kept", refused.Reason);
        Assert.Equal(
            [
                .. TellsOfPipes ? ["a/pipe is a named pipe"] : Array.Empty<string>(),
                "a/out is a link that leads out of the output: ../../x",
                "abs is an absolute link to something that is not in the output: /etc/passwd",
                "f holds the host name `canary-host` at byte 0",
            ],
            refused.Details);
        Assert.Empty(refused.Result.OutputDirectories);
    }

    [Fact]
    public async Task A_command_that_makes_no_output_is_refused()
    {
        var refused = Assert.IsType<ActionOutcome.Refused>(await RunAsync("echo done"));
        Assert.Equal("the command ended well but made no directory `/build/out`", refused.Reason);
        Assert.Equal("done\n", await TextAsync(refused.Result.StdoutDigest));
    }

    [Fact]
    public async Task An_output_that_is_a_file_is_refused() =>
        Assert.Equal("`/build/out` is a file", Assert.IsType<ActionOutcome.Refused>(await RunAsync("printf %s x >out")).Reason);

    [Fact]
    public async Task A_canary_is_refused_unless_a_layer_other_than_the_first_holds_it()
    {
        var canary = new Canary("host name", "canary-host");
        const string script = "mkdir out; printf %s 'on canary-host' >out/f";
        var refused = Assert.IsType<ActionOutcome.Refused>(await RunAsync(script, canary));
        Assert.Equal(["f holds the host name `canary-host` at byte 3"], refused.Details);

        var doc = await SourceAsync(("doc", "see canary-host"));
        Assert.IsType<ActionOutcome.Succeeded>(await RunAsync(await RequestAsync(script, [Shell, doc]), [canary]));

        var first = await TreeUnion.MergeAsync(Blobs, [new UnionLayer(Shell, Overrides: false), new UnionLayer(doc, Overrides: true)], Cancel);
        Assert.IsType<ActionOutcome.Refused>(await RunAsync(await RequestAsync(script, [first, await SourceAsync()]), [canary]));
    }

    private async Task<ActionOutcome> RunAsync(string script, params Canary[] canaries) => await RunAsync(await RequestAsync(script, [Shell, await SourceAsync()]), canaries);

    private Task<ActionOutcome> RunAsync(ActionRequest request, Canary[]? canaries = null, CancellationToken? cancel = null) =>
        new CanonicalOutputRunner(Runner, Blobs, new CanaryScan(canaries ?? [])).RunAsync(request, new NoLines(), cancel ?? Cancel);

    private async Task<ActionRequest> RequestAsync(string script, ImmutableArray<Digest> layers) => new()
    {
        Name = "test",
        Layers = layers,
        Action = new CanonicalAction
        {
            InputRoot = await TreeUnion.MergeAsync(Blobs, [.. layers.Select(layer => new UnionLayer(layer, Overrides: true))], Cancel),
            Arguments = ["/bin/sh", "-c", script],
            Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("PATH", "/usr/bin:/bin")]),
            WorkingDirectory = Work,
            Timeout = TimeSpan.FromMinutes(5),
        },
    };

    // A layer with the working directory, and files in it.
    private async Task<Digest> SourceAsync(params (string Name, string Content)[] files)
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(Work);
        foreach (var (name, content) in files)
            tree.AddFile(Work.Combine(RelativePath.Parse(name)), await Blobs.PutAsync(Encoding.UTF8.GetBytes(content), Cancel), executable: false);
        return await tree.WriteAsync(Blobs, Cancel);
    }

    private static Digest OutputOf(ActionOutcome outcome)
    {
        var directory = Assert.Single(Assert.IsType<ActionOutcome.Succeeded>(outcome).Result.OutputDirectories);
        Assert.Equal("out", directory.Path);
        return directory.RootDirectoryDigest.ToDigest();
    }

    private async Task<string[]> EntriesAsync(ActionOutcome outcome)
    {
        var lines = new List<string>();
        await foreach (var entry in TreeWalk.EntriesAsync(Blobs, OutputOf(outcome), Cancel))
        {
            lines.Add(entry switch
            {
                TreeEntry.File file => $"{file.Path}{(file.Executable ? "*" : "")} = {Encoding.UTF8.GetString(await Blobs.ReadAllAsync(file.Content, Cancel))}",
                TreeEntry.Symlink link => $"{link.Path} -> {link.Target}",
                _ => $"{entry.Path}/",
            });
        }

        return [.. lines];
    }

    private async Task<string> TextAsync(Protocol.Digest log) => Encoding.UTF8.GetString(await Blobs.ReadAllAsync(log.ToDigest(), Cancel));

    private sealed class NoLines : IProgress<LogProgress>
    {
        public void Report(LogProgress value)
        {
        }
    }
}
