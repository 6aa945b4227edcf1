using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Testing;

namespace Monogres.Engine.Tests;

public class StepEngineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_kind_yields_its_tree()
    {
        var small = new SmallEngine(SmallEngine.Writing("bin/hello", "built"));
        var archive = small.Files.Add("source.tar.gz", SmallArchive.Of(("source-1/doc/a", "documentation", false), ("source-1/src/main.c", "int main;", false)));
        var unpack = new UnpackStep(new StepName("source", ""), [new UnpackFile("tarball", archive, null)], ["doc"]);
        var pick = new PickStep(new StepName("picked", ""), unpack, RelativePath.Parse("src"), RelativePath.Parse("build"));
        var merge = new MergeStep(new StepName("merged", ""), [pick, SmallEngine.File("etc/passwd", "root")]);
        var run = Run("build", merge);

        Assert.Null(await small.TextAsync((await small.Engine.GetAsync(unpack, Cancel)).Tree, "doc/a"));
        Assert.Equal("int main;", await small.TextAsync((await small.Engine.GetAsync(pick, Cancel)).Tree, "build/main.c"));
        Assert.Equal("root", await small.TextAsync((await small.Engine.GetAsync(merge, Cancel)).Tree, "etc/passwd"));
        Assert.Equal("built", await small.TextAsync((await small.Engine.GetAsync(run, Cancel)).Tree, "bin/hello"));
        Assert.Equal("built".Length.ToString(System.Globalization.CultureInfo.InvariantCulture), await small.TextAsync((await small.Engine.GetAsync(new DeriveStep(default, [run], new Sizes()), Cancel)).Tree, "size"));
    }

    [Fact]
    public async Task What_is_known_is_not_run_again_not_even_by_another_process()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var step = Run("build", SmallEngine.File("input", "1"));
        var first = await small.Engine.GetAsync(step, Cancel);
        var second = await small.New().GetAsync(step, Cancel);
        Assert.Equal((1, first.Tree, false, true), (small.Runner.Runs, second.Tree, first.Cached, second.Cached));
        Assert.Equal(first.Action, second.Action);
    }

    [Fact]
    public async Task For_what_is_known_nothing_of_what_it_was_made_from_is_asked_for()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var archive = small.Files.Add("source.tar.gz", SmallArchive.Of(("source-1/a", "a", false)));
        var source = new UnpackStep(new StepName("source", ""), [new UnpackFile("tarball", archive, null)], []);
        var step = Run("build", source);
        var known = await small.Engine.GetAsync(step, Cancel);
        await small.Memo.RemoveAsync(source.Key, Cancel);
        small.Files.Remove(archive);
        small.Blobs.Drop(new Digest(archive.Sha256, archive.Size!.Value));
        Assert.Equal(known.Tree, (await small.New().GetAsync(step, Cancel)).Tree);
    }

    [Fact]
    public async Task Equal_inputs_give_an_equal_action_however_they_came_about()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var written = SmallEngine.File("a/input", "1");
        var picked = new PickStep(default, SmallEngine.File("input", "1"), RelativePath.Root, RelativePath.Parse("a"));
        Assert.NotEqual(written.Key, picked.Key);
        Assert.False((await small.Engine.GetAsync(Run("build", written), Cancel)).Cached);
        Assert.True((await small.Engine.GetAsync(Run("build", picked), Cancel)).Cached);
        Assert.Equal(1, small.Runner.Runs);
    }

    [Fact]
    public async Task What_several_ask_for_at_once_is_run_once()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var small = new SmallEngine(async (_, blobs, cancel) =>
        {
            started.TrySetResult();
            await go.Task;
            return await FakeActionRunner.SucceededWithAsync(blobs, "file", "x"u8.ToArray(), cancel);
        });
        var step = Run("build", SmallEngine.File("input", "1"));
        var asked = Enumerable.Range(0, 8).Select(_ => small.Engine.GetAsync(step, Cancel)).ToArray();
        await started.Task;
        go.SetResult();
        Assert.Single((await Task.WhenAll(asked)).Select(result => result.Tree).Distinct());
        Assert.Equal(1, small.Runner.Runs);
    }

    [Fact]
    public async Task What_failed_is_not_tried_again_for_those_that_need_it_too()
    {
        var small = new SmallEngine(async (_, blobs, cancel) => new ActionOutcome.Failed(2, await FakeActionRunner.ResultAsync(blobs, 2, "make: *** [all] Error 2\n", cancel)));
        var server = Run("server", SmallEngine.File("input", "1"));
        var errors = new List<UserErrorException>();
        foreach (var name in new[] { "one", "other" })
            errors.Add(await Assert.ThrowsAsync<UserErrorException>(() => small.Engine.GetAsync(Run(name, server), Cancel)));

        Assert.Equal(1, small.Runner.Runs);
        Assert.Equal(["`test server` failed with exit code 2", "`test server` failed with exit code 2"], errors.Select(error => error.Message));
        Assert.Equal("  make: *** [all] Error 2", errors[0].Details[^1]);
        Assert.Single(small.Observer.Events.OfType<EngineEvent.StepStopped>());

        // A later process does try.
        await Assert.ThrowsAsync<UserErrorException>(() => small.New().GetAsync(server, Cancel));
        Assert.Equal(2, small.Runner.Runs);
    }

    [Fact]
    public async Task Who_gives_up_does_not_take_the_result_from_the_others()
    {
        using var stop = new CancellationTokenSource();
        var (started, runs) = (new TaskCompletionSource(), 0);
        var small = new SmallEngine(async (_, blobs, cancel) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, cancel);
            }

            return await FakeActionRunner.SucceededWithAsync(blobs, "file", "x"u8.ToArray(), cancel);
        });
        var step = Run("build", SmallEngine.File("input", "1"));
        var first = small.Engine.GetAsync(step, stop.Token);
        await started.Task;
        var second = small.Engine.GetAsync(step, Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.NotEqual(default, (await second).Tree);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Of_several_equivalent_files_the_first_that_is_available_is_unpacked_and_remembered()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var (tarball, tag) = (small.Files.Add("a.tar.gz", SmallArchive.Of(("a-1/x", "same", false))), small.Files.Add("v1.tar.gz", SmallArchive.Of(("a-v1/x", "same", false))));
        var step = new UnpackStep(new StepName("a-1", "source"), [new UnpackFile("tarball", tarball, null), new UnpackFile("tag", tag, null)], []);
        small.Files.Remove(tarball);
        var result = await small.Engine.GetAsync(step, Cancel);
        Assert.Equal(tag.Sha256, result.File!.Value.Hash);
        Assert.Equal(tag.Sha256, (await small.New().RecallAsync(step, Cancel))!.File!.Value.Hash);
    }

    [Fact]
    public async Task A_file_that_the_user_provides_comes_before_others()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var (tarball, tag) = (small.Files.Add("a.tar.gz", SmallArchive.Of(("a-1/x", "same", false))), small.Files.Add("v1.tar.gz", SmallArchive.Of(("a-v1/x", "same", false))));
        small.Files.Provided.Add("v1.tar.gz");
        await small.Engine.GetAsync(new UnpackStep(new StepName("a-1", "source"), [new UnpackFile("tarball", tarball, null), new UnpackFile("tag", tag, null)], []), Cancel);
        Assert.Equal(["v1.tar.gz"], small.Files.Fetched);
    }

    [Fact]
    public async Task When_no_file_is_available_the_reasons_for_each_are_listed()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var (tarball, tag) = (small.Files.Add("a.tar.gz", [1]), small.Files.Add("v1.tar.gz", [2]));
        small.Files.Remove(tarball);
        small.Files.Remove(tag);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => small.Engine.GetAsync(
            new UnpackStep(new StepName("a-1", "source"), [new UnpackFile("tarball", tarball, null), new UnpackFile("tag", tag, null)], []), Cancel));
        Assert.True(error.Unavailable);
        Assert.Equal("the a-1 source is unavailable", error.Message);
        Assert.Equal(4, error.Details.Count);
    }

    [Fact]
    public async Task An_archive_that_is_none_is_an_error_of_the_index()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var file = small.Files.Add("a.tar.gz", "no archive"u8.ToArray());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => small.Engine.GetAsync(new UnpackStep(new StepName("a-1", "source"), [new UnpackFile("tarball", file, null)], []), Cancel));
        Assert.False(error.Unavailable);
        Assert.StartsWith("cannot unpack `a.tar.gz`: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_with_different_files_at_one_path_are_an_error_that_names_the_step()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => small.Engine.GetAsync(Run("build", SmallEngine.File("a", "1"), SmallEngine.File("a", "2"), SmallEngine.File("script", "")), Cancel));
        Assert.Equal("the inputs of `test build` conflict: `a` differs between two layers", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_inputs_that_differ_at_a_path_are_named_whatever_merges_them(bool command)
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        Step Of(string owner, string content) => new PickStep(new StepName(owner, "payload"), SmallEngine.File("lib/x.so", content), RelativePath.Root, RelativePath.Root);
        ImmutableArray<Step> payloads = [SmallEngine.File("bin/postgres", ""), Of("one", "1"), Of("equal", "1"), Of("other", "2"), SmallEngine.File("run.sh", "")];
        var error = await Assert.ThrowsAsync<UserErrorException>(() => small.Engine.GetAsync(command ? Run("build", [.. payloads]) : new MergeStep(new StepName("test", "build"), payloads), Cancel));
        Assert.Equal("the inputs of `test build` conflict: `lib/x.so` differs between two layers", error.Message);
        Assert.Equal(["`equal payload` has `lib/x.so`", "`other payload` has `lib/x.so`"], error.Details);
    }

    [Fact]
    public async Task The_last_layer_stands_over_the_others()
    {
        var small = new SmallEngine(SmallEngine.Writing("file", "text"));
        await small.Engine.GetAsync(Run("build", SmallEngine.File("run.sh", "theirs"), SmallEngine.File("run.sh", "ours")), Cancel);
        Assert.Equal(1, small.Runner.Runs);
    }

    [Fact]
    public async Task A_failing_test_is_a_result_and_a_passing_one_is_remembered()
    {
        var code = 1;
        var small = new SmallEngine(async (_, blobs, cancel) => code == 0
            ? await FakeActionRunner.SucceededWithAsync(blobs, "file", "x"u8.ToArray(), cancel)
            : new ActionOutcome.Failed(code, await FakeActionRunner.ResultAsync(blobs, code, "not ok 1 - boolean\n", cancel)));
        var tests = Run("test", SmallEngine.File("input", "1"));
        Assert.IsType<ActionEnd.Failure>((await small.Engine.TryRunAsync(tests, useCache: true, Cancel)).End);
        code = 0;
        Assert.IsType<ActionEnd.Known>((await small.Engine.TryRunAsync(tests, useCache: true, Cancel)).End);
        Assert.IsType<ActionEnd.Known>((await small.New().TryRunAsync(tests, useCache: true, Cancel)).End);
        Assert.Equal(2, small.Runner.Runs);
        await small.Engine.TryRunAsync(tests, useCache: false, Cancel);
        Assert.Equal(3, small.Runner.Runs);
    }

    [Fact]
    public async Task A_command_that_is_to_run_again_does_and_what_was_made_of_it_is_made_anew()
    {
        var text = "1";
        var small = new SmallEngine((request, blobs, cancel) => SmallEngine.Writing("out/file", text)(request, blobs, cancel));
        var build = Run("build", SmallEngine.File("input", "1"));
        var payload = new PickStep(default, build, RelativePath.Parse("out"), RelativePath.Root);
        await small.Engine.GetAsync(payload, Cancel);
        text = "2";
        await small.Engine.RerunAsync([payload], build, Cancel);
        Assert.Equal("2", await small.TextAsync((await small.Engine.GetAsync(payload, Cancel)).Tree, "file"));
        Assert.Equal("2", await small.TextAsync((await small.New().GetAsync(payload, Cancel)).Tree, "file"));
        Assert.Equal(2, small.Runner.Runs);
    }

    [Fact]
    public async Task A_function_of_trees_sees_the_log_of_the_command_that_it_is_given()
    {
        var small = new SmallEngine(async (_, blobs, cancel) =>
        {
            var outcome = (ActionOutcome.Succeeded)await FakeActionRunner.SucceededWithAsync(blobs, "file", "x"u8.ToArray(), cancel);
            outcome.Result.StdoutDigest = (await blobs.PutAsync("warning: dubious\n"u8.ToArray(), cancel)).ToWire();
            return outcome;
        });
        var result = await small.Engine.GetAsync(new DeriveStep(default, [Run("build", SmallEngine.File("input", "1"))], new Logs()), Cancel);
        Assert.Equal("warning: dubious\n", await small.TextAsync(result.Tree, "log"));
    }

    [Fact]
    public async Task Commands_that_use_all_cores_run_alone()
    {
        var (running, most, heavyWithOthers) = (0, 0, false);
        var small = new SmallEngine(async (request, blobs, cancel) =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            heavyWithOthers |= request.Name.Contains("heavy", StringComparison.Ordinal) && now > 1;
            await Task.Delay(5, cancel);
            heavyWithOthers |= request.Name.Contains("heavy", StringComparison.Ordinal) && Volatile.Read(ref running) > 1;
            Interlocked.Decrement(ref running);
            return await FakeActionRunner.SucceededWithAsync(blobs, "file", Encoding.UTF8.GetBytes(request.Name), cancel);
        });
        var steps = Enumerable.Range(0, 12).Select(i => i % 4 == 0 ? Run($"heavy {i}", true, SmallEngine.File("input", $"{i}")) : Run($"light {i}", SmallEngine.File("input", $"{i}")));
        await small.Engine.GetAllAsync(steps, Cancel);
        Assert.False(heavyWithOthers);
        Assert.InRange(most, 1, 2);
    }

    private static RunStep Run(string name, params Step[] layers) => Run(name, false, layers);

    private static RunStep Run(string name, bool allCores, params Step[] layers) => new(
        new StepName("test", name), [.. layers],
        new StepCommand(["/bin/sh", name], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), RelativePath.Root, TimeSpan.FromHours(1)))
    { UsesAllCores = allCores };

    private sealed class Sizes : TreeFunction
    {
        public override void Describe(KeyWriter key) => key.Add("sizes");

        public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
        {
            var size = 0L;
            await foreach (var entry in Store.Trees.TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
                size += entry is Store.Trees.TreeEntry.File file ? file.Content.Size : 0;
            var tree = new Store.Trees.TreeBuilder();
            tree.AddFile(RelativePath.Parse("size"), await store.Blobs.PutAsync(Encoding.UTF8.GetBytes($"{size}"), cancel), executable: false);
            return await tree.WriteAsync(store.Blobs, cancel);
        }
    }

    private sealed class Logs : TreeFunction
    {
        public override void Describe(KeyWriter key) => key.Add("logs");

        public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
        {
            var tree = new Store.Trees.TreeBuilder();
            tree.AddFile(RelativePath.Parse("log"), inputs[0].Log!.Value, executable: false);
            return await tree.WriteAsync(store.Blobs, cancel);
        }
    }
}
