using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Matrix;
using Monogres.Monobot.Trials;
using Monogres.Results.Testing;
using Monogres.Sources.Drafts;
using Monogres.Store;
using Monogres.Testing;

namespace Monogres.Monobot.Tests;

/// <summary>Real plans and a real engine over commands of the test, which fail where the test says so.</summary>
public sealed class EntryProverTests : IAsyncLifetime
{
    private static readonly ProjectName Tiny = ProjectName.Parse("tiny");
    private static readonly TrialScope Everything = new() { Postgres = VersionRange.Any, OptionSet = OptionSetName.Parse("minimal") };

    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private SmallWorld _world = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await SmallWorld.NewAsync(Cancel, RunAsync);

    public ValueTask DisposeAsync()
    {
        _world.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_range_becomes_what_was_seen_and_the_evidence_says_what_that_was()
    {
        _failing.Add("tiny@1.1/postgres@17.11+minimal build");
        var proven = await ProveAsync(await EntryAsync());
        Assert.Equal([("1.1", ">=15, <16")], proven.Added);
        Assert.Equal(">=15, <16", (string?)proven.Entry["versions"]!["1.1"]!["postgres"]);
        Assert.Equal(">=15", (string?)proven.Entry["postgres"]);
        Assert.Equal(["tiny@1.1/postgres@15.18+minimal", "tiny@1.1/postgres@17.11+minimal"], proven.Evidence.Rows.Select(row => row.Target));
        Assert.Equal([TestLevel.Tested, null], proven.Evidence.Rows.Select(row => row.Level));
        Assert.Contains("error: no such header", proven.Evidence.Rows.Last().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_new_has_the_range_of_its_newest_version()
    {
        _failing.Add("tiny@1.0/postgres@17.11+minimal build");
        var entry = await EntryAsync();
        var proven = await ProveAsync(entry, isNew: true, "1.0", "1.1");
        Assert.Equal(">=15, <18", (string?)proven.Entry["postgres"]);
        Assert.Equal(">=15, <16", (string?)proven.Entry["versions"]!["1.0"]!["postgres"]);
        Assert.Null(proven.Entry["versions"]!["1.1"]!["postgres"]);
    }

    [Fact]
    public async Task A_version_that_works_nowhere_is_taken_out()
    {
        _failing.Add("tiny@1.1/postgres@15.18+minimal build");
        _failing.Add("tiny@1.1/postgres@17.11+minimal build");
        var proven = await ProveAsync(await EntryAsync());
        Assert.Empty(proven.Added);
        Assert.False(proven.Entry["versions"]!.AsObject().ContainsKey("1.1"));
    }

    [Fact]
    public async Task What_is_not_asked_for_is_not_tried_and_not_claimed()
    {
        var proven = await Prover().ProveAsync(Tiny, await EntryAsync(), ["1.1"], isNew: false, ImmutableDictionary<string, string>.Empty, Everything with { Postgres = VersionRange.Parse("17") }, Cancel);
        Assert.Equal([("1.1", ">=17, <18")], proven.Added);
        Assert.DoesNotContain(_world.Ran, name => name.Contains("postgres@15", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_index_stays_as_it_is_and_a_second_trial_runs_nothing_and_finds_the_same()
    {
        var before = await File.ReadAllTextAsync(Path.Combine(_world.IndexDirectory, "extensions/tiny/repo.json"), Cancel);
        var entry = await EntryAsync();
        var proven = await ProveAsync(entry);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_world.IndexDirectory, "extensions/tiny/repo.json"), Cancel));

        foreach (var (name, text) in proven.FilesOf(Tiny))
            await File.WriteAllTextAsync(Path.Combine(_world.IndexDirectory, name), text, Cancel);
        var ran = _world.Ran.Count;
        _world.Small.Time.Advance(TimeSpan.FromDays(2));
        var again = await ProveAsync(proven.Entry);
        Assert.Equal(ran, _world.Ran.Count);
        Assert.Equal(proven.FilesOf(Tiny), again.FilesOf(Tiny));
    }

    [Fact]
    public async Task A_faulty_entry_is_refused_with_every_problem()
    {
        var entry = await EntryAsync();
        entry["requires"] = new JsonArray("unheard_of");
        Assert.Contains("unheard_of", string.Join('\n', (await Assert.ThrowsAsync<UserErrorException>(() => ProveAsync(entry))).Details), StringComparison.Ordinal);
    }

    private Task<ProvenEntry> ProveAsync(JsonObject entry, bool isNew = false, params string[] versions) =>
        Prover().ProveAsync(Tiny, entry, versions is [] ? ["1.1"] : versions, isNew, ImmutableDictionary<string, string>.Empty, Everything, Cancel);

    private EntryProver Prover()
    {
        var options = new MatrixOptions { Parallelism = 1, Failed = (_, _) => { }, Tester = new TargetTester(_world.Small.Engine, _world.Small.Blobs) };
        return new EntryProver(_world.IndexDirectory, $"{_world.IndexDirectory}.work", new EntryTrial(new MatrixRunner(_world.Small.Blobs, _world.Builds, options, _world.Small.Time)), (index, _) => SmallWorld.PlannerOf(index));
    }

    // The version 1.1 has the archive of 1.0, and is of another day.
    private async Task<JsonObject> EntryAsync()
    {
        var entry = (await new EntryFile(_world.IndexDirectory, Tiny).ReadAsync(Cancel))!;
        var release = entry["versions"]!["1.0"]!.DeepClone();
        entry["sources"]!["tarball"]!.AsObject().Remove("strip_prefix");
        release["released"] = "2026-06-01T00:00:00Z";
        entry["versions"]!["1.1"] = release;
        return entry;
    }

    private async Task<ActionOutcome> RunAsync(ActionRequest request, IBlobStore blobs, CancellationToken cancel)
    {
        if (_failing.Contains(request.Name))
            return new ActionOutcome.Failed(1, await FakeActionRunner.ResultAsync(blobs, 1, "tiny.c:1: error: no such header\n", cancel));

        var outcome = await _world.InstallAsync(request, blobs, cancel);
        if (request.Name.EndsWith("test", StringComparison.Ordinal))
            ((ActionOutcome.Succeeded)outcome).Result.StdoutDigest = (await FakeActionRunner.ResultAsync(blobs, 0, request.Name.EndsWith("smoke test", StringComparison.Ordinal) ? "ok 1 - create:tiny\n" : "ok 1 - basic 12 ms\n", cancel)).StdoutDigest;
        return outcome;
    }
}
