using System.Text.Json.Nodes;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Results.Testing;
using Monogres.Testing;

namespace Monogres.Matrix.Tests;

public class MatrixRunnerTests
{
    private readonly List<MatrixRow> _kept = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_built_is_kept_and_not_built_again()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var table = new MatrixTable();
        Assert.Equal(1, await RunAsync(world, table, SmallWorld.Server));
        var row = Assert.Single(table.Rows);
        Assert.Equal((MatrixStatus.Built, 42L), (row.Status, row.Size));
        Assert.Equal(row, Assert.Single(_kept));

        Assert.Equal(0, await RunAsync(world, table, SmallWorld.Server));
        Assert.Single(_kept);
        Assert.Single(world.Ran);
    }

    [Fact]
    public async Task What_has_changed_since_is_built_again()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        using var changed = await SmallWorld.NewAsync(Cancel, change: (path, repo) =>
        {
            if (path is "extensions/tiny/repo.json")
                repo["build"]!["arguments"] = new System.Text.Json.Nodes.JsonArray("OPTFLAGS=");
        });
        var table = new MatrixTable();
        await RunAsync(world, table, SmallWorld.Server, SmallWorld.Extension);
        Assert.Equal(1, await RunAsync(changed, table, SmallWorld.Server, SmallWorld.Extension));
    }

    [Fact]
    public async Task After_a_failure_the_others_are_built_and_the_failed_one_is_tried_again_next_time()
    {
        var works = false;
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(Cancel, (request, blobs, cancel) => works || !request.Name.StartsWith("tiny", StringComparison.Ordinal)
            ? world!.InstallAsync(request, blobs, cancel)
            : Task.FromResult<ActionOutcome>(new ActionOutcome.EngineFailed("no namespaces", null, [])));
        using (world)
        {
            var table = new MatrixTable();
            Assert.Equal(3, await RunAsync(world, table, SmallWorld.Extension, SmallWorld.Requiring, SmallWorld.Server));
            Assert.Equal([MatrixStatus.Built, MatrixStatus.Failed, MatrixStatus.Failed], table.Rows.Select(row => row.Status).Order());
            Assert.Equal("`tiny@1.0/postgres@15.18+minimal build` could not be run: no namespaces", table.Find(world.Plan(SmallWorld.Requiring).Id)!.Reason);

            works = true;
            world.Small.New();
            Assert.Equal(2, await RunAsync(world, table, SmallWorld.Extension, SmallWorld.Requiring, SmallWorld.Server));
            Assert.Every(table.Rows, row => Assert.Equal(MatrixStatus.Built, row.Status));
        }
    }

    [Fact]
    public async Task What_is_unavailable_is_not_a_failure()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        world.Small.Files.Remove(world.SourceOf("tiny"));
        var table = new MatrixTable();
        await RunAsync(world, table, SmallWorld.Extension);
        Assert.Equal(MatrixStatus.NotRun, Assert.Single(table.Rows).Status);
    }

    [Fact]
    public async Task Stopped_it_has_kept_what_it_found()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        using var stop = new CancellationTokenSource();
        var table = new MatrixTable();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunnerOf(world, new MatrixOptions { Parallelism = 1, Failed = (_, _) => { } }).RunAsync(
            [world.Plan(SmallWorld.Server), world.Plan("postgres@15.17+minimal")], table, row =>
            {
                _kept.Add(row);
                stop.Cancel();
            }, stop.Token));
        Assert.Equal(SmallWorld.Server, Assert.Single(_kept).Target);
    }

    [Fact]
    public async Task What_is_to_be_built_twice_is_built_again_without_the_cache_and_counted()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var table = new MatrixTable();
        await RunAsync(world, table, SmallWorld.Server);
        var once = Assert.Single(table.Rows);
        Assert.Equal(1, once.Builds);

        Assert.Equal(1, await RunAsync(world, table, 2, SmallWorld.Server));
        Assert.Equal((2, MatrixStatus.Built, once.Payload), (table.Rows.Single().Builds, table.Rows.Single().Status, table.Rows.Single().Payload));
        Assert.Equal(2, world.Ran.Count);
        Assert.Equal(0, await RunAsync(world, table, 2, SmallWorld.Server));
    }

    [Fact]
    public async Task A_module_is_not_built_by_itself_and_so_not_twice()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var table = new MatrixTable();
        await RunAsync(world, table, 2, SmallWorld.Module);
        Assert.Single(world.Ran);
        Assert.Equal(0, await RunAsync(world, table, 2, SmallWorld.Module));
    }

    [Fact]
    public async Task Another_store_that_builds_the_same_counts_as_a_second_build()
    {
        using var here = await SmallWorld.NewAsync(Cancel);
        using var there = await SmallWorld.NewAsync(Cancel);
        var table = new MatrixTable();
        await RunAsync(here, table, SmallWorld.Server);
        await RunAsync(there, table, 2, SmallWorld.Server);
        Assert.Equal((2, 1, 1), (table.Rows.Single().Builds, here.Ran.Count, there.Ran.Count));
    }

    [Fact]
    public async Task What_gives_something_else_the_second_time_differs_and_keeps_the_first_payload()
    {
        var build = 0;
        using var world = await SmallWorld.NewAsync(Cancel, (_, blobs, cancel) => SmallWorld.TreeAsync(blobs, cancel, ("usr/lib/postgresql/15/bin/postgres", $"{build++}")));
        var table = new MatrixTable();
        await RunAsync(world, table, 2, SmallWorld.Server);
        var row = Assert.Single(table.Rows);
        Assert.Equal((MatrixStatus.Differs, 1), (row.Status, row.Builds));
        Assert.StartsWith("a second build gave ", row.Reason, StringComparison.Ordinal);

        // That is not forgotten by asking again.
        await RunAsync(world, table, SmallWorld.Server);
        Assert.Equal((MatrixStatus.Differs, row.Payload), (table.Rows.Single().Status, table.Rows.Single().Payload));
    }

    [Fact]
    public async Task Tests_are_run_and_their_level_is_kept()
    {
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(Cancel, async (request, blobs, cancel) =>
        {
            var outcome = await world!.InstallAsync(request, blobs, cancel);
            if (request.Name.EndsWith("test", StringComparison.Ordinal))
                ((ActionOutcome.Succeeded)outcome).Result.StdoutDigest = (await FakeActionRunner.ResultAsync(blobs, 0, request.Name.EndsWith("smoke test", StringComparison.Ordinal) ? "ok 1 - create:tiny\n" : "ok 1 - basic 12 ms\n", cancel)).StdoutDigest;
            return outcome;
        });
        using (world)
        {
            var table = new MatrixTable();
            var options = new MatrixOptions { Parallelism = 1, Failed = (_, _) => { }, Tester = new TargetTester(world.Small.Engine, world.Small.Blobs) };
            await RunnerOf(world, options).RunAsync([world.Plan(SmallWorld.Extension)], table, _kept.Add, Cancel);
            Assert.Equal((TestLevel.Tested, 3, 3), (_kept[0].Level, _kept[0].Passed, _kept[0].Tests));
            Assert.Equal(0, await RunnerOf(world, options).RunAsync([world.Plan(SmallWorld.Extension)], table, _kept.Add, Cancel));
        }
    }

    /// <summary>What tests are made of, by file of the index: each change makes what was tested due again.</summary>
    private static readonly Dictionary<string, (string Target, string File, Action<JsonObject> Change)> TestChanges = new(StringComparer.Ordinal)
    {
        ["tests of a server"] = (SmallWorld.Server, "styles/postgres-autoconf.json", style => Script(style["tests"]).Add("true")),
        ["smoke tests of a server"] = (SmallWorld.Server, "styles/postgres-autoconf.json", style => Script(style["smoke_tests"]).Add("true")),
        ["smoke test of an option"] = (SmallWorld.Server, "servers/postgres/option-sets.json", sets => sets["options"]!["readline"]!["smoke_test"]!.AsArray().Add("true")),
        ["tests of an extension"] = (SmallWorld.Extension, "styles/pgxs.json", style => Script(style["tests"]).Add("true")),
        ["arguments of the tests of an extension"] = (SmallWorld.Extension, "extensions/tiny/repo.json", repo => repo["tests"] = new JsonObject { ["arguments"] = new JsonArray("REGRESS=basic") }),
        ["known difference of an extension"] = (SmallWorld.Extension, "extensions/tiny/repo.json", repo => repo["tests"] = Drift()),
        ["known difference of a module"] = (SmallWorld.Module, "servers/postgres/modules.json", modules => modules["modules"]!["hstore"]!["tests"] = Drift()),
        ["skipped tests of a module"] = (SmallWorld.Module, "servers/postgres/modules.json", modules => modules["modules"]!["hstore"]!["tests"] = new JsonObject { ["skip"] = "by this test" }),
        ["what a module promises"] = (SmallWorld.Module, "servers/postgres/modules.json", modules => modules["modules"]!["hstore"]!["preload"] = new JsonArray("hstore")),
    };

    public static TheoryData<string> EachTestChange => [.. TestChanges.Keys];

    [Theory]
    [MemberData(nameof(EachTestChange))]
    public async Task What_is_tested_otherwise_since_is_due_again(string what)
    {
        var (target, file, change) = TestChanges[what];
        using var world = await SmallWorld.NewAsync(Cancel);
        using var changed = await SmallWorld.NewAsync(Cancel, change: (path, content) =>
        {
            if (path == file)
                change(content);
        });
        var table = new MatrixTable();
        await RunAsync(world, table, target);
        Assert.Equal(0, await RunAsync(world, table, target));
        Assert.Equal(1, await RunAsync(changed, table, target));
    }

    private static JsonArray Script(JsonNode? steps) => steps!.AsArray().Select(step => step!["run"]).OfType<JsonArray>().First();

    private static JsonObject Drift() => new()
    {
        ["drift"] = new JsonArray(new JsonObject { ["test"] = "basic", ["postgres"] = ">=15", ["why"] = "for this test" }),
    };

    [Theory]
    [InlineData(null)]
    [InlineData("hardware of the test")]
    public async Task A_check_that_finds_an_error_is_said_in_the_row_without_tests_unless_the_index_knows_of_it(string? known)
    {
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(
            Cancel,
            async (request, blobs, cancel) =>
            {
                var outcome = await world!.InstallAsync(request, blobs, cancel);
                if (request.Name.StartsWith("tiny", StringComparison.Ordinal))
                    ((ActionOutcome.Succeeded)outcome).Result.StdoutDigest = (await FakeActionRunner.ResultAsync(blobs, 0, "cc -march=native -c tiny.c\n", cancel)).StdoutDigest;
                return outcome;
            },
            (path, repo) =>
            {
                if (path is "extensions/tiny/repo.json" && known is not null)
                    repo["tests"] = new JsonObject { ["drift"] = new JsonArray(new JsonObject { ["test"] = "check:native-cpu", ["postgres"] = ">=13", ["why"] = known }) };
            });
        using (world)
        {
            var table = new MatrixTable();
            await RunAsync(world, table, SmallWorld.Extension);
            Assert.Equal(
                known is null ? (MatrixStatus.TestsFailed, "failed: check:native-cpu (`-march=native` is in a line of the build log)") : (MatrixStatus.Built, $"check:native-cpu differs: {known}"),
                (_kept[^1].Status, _kept[^1].Reason));

            // It is built, and says the same again.
            var built = await world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel);
            var found = built.Findings.Single(finding => finding.Check is "native-cpu");
            Assert.Equal((true, known is null, known), (built.Cached, found.IsFailure, found.Known));
        }
    }

    private Task<int> RunAsync(SmallWorld world, MatrixTable table, params string[] targets) => RunAsync(world, table, 1, targets);

    private Task<int> RunAsync(SmallWorld world, MatrixTable table, int builds, params string[] targets) =>
        RunnerOf(world, new MatrixOptions { Parallelism = 2, Builds = builds, Failed = (_, _) => { } }).RunAsync(targets.Select(world.Plan), table, _kept.Add, Cancel);

    private static MatrixRunner RunnerOf(SmallWorld world, MatrixOptions options) => new(world.Small.Blobs, world.Builds, options, world.Small.Time);
}
