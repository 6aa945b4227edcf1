using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Matrix;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Matrix.Tests;

public class MatrixRunnerTests
{
    private static readonly ImmutableSortedDictionary<string, string> Files = ImmutableSortedDictionary.CreateRange<string, string>([new("bin/postgres", "a program")]);

    private readonly FakeTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_built_is_kept_and_not_built_again()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        List<MatrixTable> kept = [];
        var (table, ran) = await RunnerOf(target).RunAsync([target.Plan], MatrixTable.Empty, Keep(kept), Cancel);
        var row = Assert.Single(table.Rows);
        Assert.Equal((MatrixStatus.Built, 9L, 1), (row.Status, row.Size, ran));
        Assert.Equal(table, Assert.Single(kept));

        (var again, ran) = await RunnerOf(target).RunAsync([target.Plan], table, Keep(kept), Cancel);
        Assert.Equal((table, 0, 1, 1), (again, ran, kept.Count, target.Runner.Runs));
    }

    [Fact]
    public async Task What_has_changed_since_is_built_again()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        var (table, _) = await RunnerOf(target).RunAsync([target.Plan], MatrixTable.Empty, Keep([]), Cancel);
        var (again, ran) = await RunnerOf(target).RunAsync([target.Plan with { BuildScript = "another" }], table, Keep([]), Cancel);
        Assert.Equal((1, 2), (ran, target.Runner.Runs));
        Assert.NotEqual(table.Rows[0].Key, again.Rows[0].Key);
    }

    [Fact]
    public async Task After_a_failure_the_next_one_is_built_and_the_failed_one_is_tried_again_next_time()
    {
        var works = false;
        using var target = await SmallTarget.OfAsync(
            (store, cancel) => works ? FakeActionRunner.SucceededWithAsync(store, "usr/lib/postgresql/15/bin/postgres", [1], cancel) : Task.FromResult<ActionOutcome>(new ActionOutcome.EngineFailed("no namespaces", null, [])),
            Cancel);
        var (table, ran) = await RunnerOf(target).RunAsync([target.Plan, target.Plan with { BuildScript = "x", Target = TargetName.Parse("postgres@15.17+minimal") }], MatrixTable.Empty, Keep([]), Cancel);
        Assert.Equal(2, ran);
        Assert.All(table.Rows, row => Assert.Equal(MatrixStatus.Failed, row.Status));
        Assert.Equal("`postgres@15.17+minimal build` could not be run: no namespaces", table.Rows[0].Reason);

        works = true;
        (table, ran) = await RunnerOf(target).RunAsync([target.Plan], table, Keep([]), Cancel);
        Assert.Equal((1, MatrixStatus.Built), (ran, table.Find(target.Plan.Target.ToString(), "debian12-amd64", "gcc")?.Status));
    }

    [Fact]
    public async Task What_cannot_be_had_is_not_a_failure()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        var file = target.Plan.Source.Files[0];
        var gone = target.Plan with { Source = target.Plan.Source with { Files = [file with { Sha256 = Sha256Hash.Of("another"u8), Size = 7 }] } };
        var (table, _) = await RunnerOf(target).RunAsync([gone], MatrixTable.Empty, Keep([]), Cancel);
        Assert.Equal(MatrixStatus.NotRun, Assert.Single(table.Rows).Status);
    }

    [Fact]
    public async Task Stopped_it_has_kept_what_it_found()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        using var stop = new CancellationTokenSource();
        List<MatrixTable> kept = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunnerOf(target).RunAsync(
            [target.Plan, target.Plan with { BuildScript = "x", Target = TargetName.Parse("postgres@15.17+minimal") }],
            MatrixTable.Empty,
            table =>
            {
                kept.Add(table);
                return stop.CancelAsync();
            },
            stop.Token));
        Assert.Equal(target.Plan.Target.ToString(), Assert.Single(Assert.Single(kept).Rows).Target);
    }

    [Fact]
    public async Task What_is_to_be_built_twice_is_built_again_without_the_cache_and_counted()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        var (once, _) = await RunnerOf(target).RunAsync([target.Plan], MatrixTable.Empty, Keep([]), Cancel);
        Assert.Equal(1, once.Rows[0].Builds);

        var (twice, ran) = await RunnerOf(target, builds: 2).RunAsync([target.Plan], once, Keep([]), Cancel);
        Assert.Equal((1, 2, MatrixStatus.Built, once.Rows[0].Payload), (ran, twice.Rows[0].Builds, twice.Rows[0].Status, twice.Rows[0].Payload));
        Assert.Equal(2, target.Runner.Runs);

        (_, ran) = await RunnerOf(target, builds: 2).RunAsync([target.Plan], twice, Keep([]), Cancel);
        Assert.Equal((0, 2), (ran, target.Runner.Runs));
    }

    [Fact]
    public async Task Another_store_that_builds_the_same_counts_as_a_second_build()
    {
        using var here = await SmallTarget.InstallingAsync(Files, Cancel);
        using var there = await SmallTarget.InstallingAsync(Files, Cancel);
        var (table, _) = await RunnerOf(here).RunAsync([here.Plan], MatrixTable.Empty, Keep([]), Cancel);
        (table, _) = await RunnerOf(there, builds: 2).RunAsync([there.Plan], table, Keep([]), Cancel);
        Assert.Equal((2, 1, 1), (table.Rows[0].Builds, here.Runner.Runs, there.Runner.Runs));
    }

    [Fact]
    public async Task What_gives_something_else_the_second_time_differs_and_keeps_the_first_payload()
    {
        byte build = 0;
        using var target = await SmallTarget.OfAsync((store, cancel) => FakeActionRunner.SucceededWithAsync(store, "usr/lib/postgresql/15/bin/postgres", [build++], cancel), Cancel);
        var (table, _) = await RunnerOf(target, builds: 2).RunAsync([target.Plan], MatrixTable.Empty, Keep([]), Cancel);
        var row = Assert.Single(table.Rows);
        Assert.Equal((MatrixStatus.Differs, 1), (row.Status, row.Builds));
        Assert.StartsWith("built again it gave ", row.Reason, StringComparison.Ordinal);

        // That is not forgotten by asking again.
        (var again, _) = await RunnerOf(target).RunAsync([target.Plan], table, Keep([]), Cancel);
        Assert.Equal((MatrixStatus.Differs, row.Payload), (again.Rows[0].Status, again.Rows[0].Payload));
    }

    private MatrixRunner RunnerOf(SmallTarget target, int builds = 1) => new(target.Blobs, target.Builder, tests: null, (_, _) => { }, builds, parallelism: 2, _time);

    private static Func<MatrixTable, Task> Keep(List<MatrixTable> kept) => table =>
    {
        kept.Add(table);
        return Task.CompletedTask;
    };
}
