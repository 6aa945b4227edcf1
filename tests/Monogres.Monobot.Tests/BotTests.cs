using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Monobot.News;
using Monogres.Monobot.Proposals;
using Monogres.Monobot.Trials;
using Monogres.Sources.Upstreams;
using Monogres.Testing;

namespace Monogres.Monobot.Tests;

public sealed class BotTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTime _time = new();
    private readonly FakeUpstreams _upstreams = new();
    private readonly FakeProposer _proposer = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_new_is_proposed_once()
    {
        var release = Assert.Single((await RunAsync()).Releases);
        Assert.Equal((ReleaseOutcome.Proposed, "tiny-1.1"), (release.Remembered.Outcome, release.Proposal!.Name));
        Assert.Equal(["state.json", "tiny-1.1.md", "tiny-1.1.patch"], Directory.EnumerateFiles(_directory.Path).Select(Path.GetFileName).Order());

        var later = Assert.Single((await RunAsync()).Releases);
        Assert.Equal((ReleaseOutcome.Proposed, null), (later.Remembered.Outcome, later.Proposal));
        Assert.Equal(1, _proposer.Asked);
    }

    [Fact]
    public async Task A_proposal_that_was_taken_away_or_whose_entry_has_changed_is_made_anew()
    {
        await RunAsync();
        File.Delete(_directory["tiny-1.1.patch"]);
        Assert.NotNull(Assert.Single((await RunAsync()).Releases).Proposal);
        _proposer.Entry = Sha256Hash.Of("changed"u8);
        Assert.NotNull(Assert.Single((await RunAsync()).Releases).Proposal);
        Assert.Equal(3, _proposer.Asked);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_where_it_was_and_the_clock_too()
    {
        using var stop = new CancellationTokenSource();
        _proposer.Asking = stop.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(stop.Token));
        Assert.Equal(["state.json"], Directory.EnumerateFiles(_directory.Path).Select(Path.GetFileName));

        _proposer.Asking = null;
        var seen = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(5));
        var proposal = Assert.Single((await RunAsync()).Releases).Proposal!;
        Assert.Equal((seen, seen.AddHours(5)), (proposal.Clock.Seen, proposal.Clock.Proven));
    }

    [Fact]
    public async Task What_failed_is_tried_again_when_that_is_asked_for_or_something_has_changed()
    {
        _proposer.Failure = new UserErrorException("tiny 1.1 works with no PostgreSQL that it was tried with", "x", ["fatal error: no such header"]);
        var release = Assert.Single((await RunAsync()).Releases);
        Assert.Equal((ReleaseOutcome.Failed, "tiny 1.1 works with no PostgreSQL that it was tried with: fatal error: no such header"), (release.Remembered.Outcome, release.Remembered.Reason));
        await RunAsync();
        Assert.Equal(1, _proposer.Asked);
        await RunAsync(again: true);
        Assert.Equal(2, _proposer.Asked);
        Assert.Equal(["state.json"], Directory.EnumerateFiles(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_was_unavailable_is_tried_again_by_itself()
    {
        _proposer.Failure = new UserErrorException("cannot download `v1.1.tar.gz`", "x") { Unavailable = true };
        Assert.Equal(ReleaseOutcome.Seen, Assert.Single((await RunAsync()).Releases).Remembered.Outcome);
        _proposer.Failure = null;
        Assert.NotNull(Assert.Single((await RunAsync()).Releases).Proposal);
    }

    [Fact]
    public async Task A_tag_that_was_moved_is_an_alarm_and_changes_nothing()
    {
        _upstreams.Tags = [("v1.0", '3')];
        var report = await RunAsync();
        Assert.Equal("1.0", Assert.Single(report.Alarms).Version);
        Assert.Empty(report.Releases);
        Assert.Equal(0, _proposer.Asked);
    }

    [Fact]
    public async Task What_does_not_answer_is_said_and_the_others_are_looked_at()
    {
        _upstreams.Silent = ["example.org: answered 503"];
        var report = await RunAsync();
        Assert.Equal(["tiny: example.org: answered 503"], report.Unanswered);
        Assert.Single(report.Releases);
    }

    [Fact]
    public async Task A_run_that_only_looks_writes_no_proposal()
    {
        var state = await BotState.ReadAsync(_directory["state.json"], Cancel);
        var report = await new Bot(_upstreams, proposer: null, new ProposalFiles(_directory.Path), state, _time).RunAsync([ProjectNewsTests.Project()], again: false, Cancel);
        Assert.Equal(ReleaseOutcome.Seen, Assert.Single(report.Releases).Remembered.Outcome);
        Assert.Equal(["state.json"], Directory.EnumerateFiles(_directory.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "version": 1, "web": {}, "releases": { "tiny@1.1": { "seen": "today" } } }""")]
    [InlineData("""{ "version": 2, "web": {}, "releases": {} }""")]
    public async Task A_state_that_cannot_be_read_is_said(string text)
    {
        await File.WriteAllTextAsync(_directory["state.json"], text, Cancel);
        Assert.Contains("is not what the bot remembers", (await Assert.ThrowsAsync<UserErrorException>(() => RunAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_tells_in_a_minute_what_is_proposed() => Golden.Match(ProposalPage.Of(await _proposer.ProposeAsync(ProjectNewsTests.Project(), new NewRelease("1.1", "1.0", null, []), _time.GetUtcNow(), Cancel)), "page.md");

    private async Task<BotReport> RunAsync(CancellationToken? cancel = null, bool again = false)
    {
        _proposer.Time = _time;
        var state = await BotState.ReadAsync(_directory["state.json"], Cancel);
        return await new Bot(_upstreams, _proposer, new ProposalFiles(_directory.Path), state, _time).RunAsync([ProjectNewsTests.Project()], again, cancel ?? Cancel);
    }

    private sealed class FakeUpstreams : IUpstreams
    {
        public (string Name, char Commit)[] Tags { get; set; } = [("v1.0", '1'), ("v1.1", '2')];

        public string[] Silent { get; set; } = [];

        public Task<(ImmutableArray<(ProjectName, string)> Notes, ImmutableArray<string> Unanswered)> BeginAsync(IReadOnlyCollection<ExtensionProject> projects, CancellationToken cancel) =>
            Task.FromResult<(ImmutableArray<(ProjectName, string)>, ImmutableArray<string>)>(([], []));

        public Task<(UpstreamAnswers Answers, ImmutableArray<string> Unanswered)> AskAsync(ExtensionProject project, CancellationToken cancel) => Task.FromResult<(UpstreamAnswers, ImmutableArray<string>)>(
            (new UpstreamAnswers { Tags = new GitTagList(new Uri("https://example.org/tiny.git"), [.. Tags.Select(tag => new GitTag(tag.Name, new string(tag.Commit, 40)))]) }, [.. Silent]));
    }

    private sealed class FakeProposer : IProposer
    {
        public TimeProvider Time { get; set; } = new FakeTime();

        public Sha256Hash Entry { get; set; } = Sha256Hash.Of("entry"u8);

        public UserErrorException? Failure { get; set; }

        public Action? Asking { get; set; }

        public int Asked { get; private set; }

        public Task<Sha256Hash> EntryAsync(ExtensionProject project, CancellationToken cancel) => Task.FromResult(Entry);

        public Task<Proposal> ProposeAsync(ExtensionProject project, NewRelease release, DateTimeOffset seen, CancellationToken cancel)
        {
            Asked++;
            Asking?.Invoke();
            cancel.ThrowIfCancellationRequested();
            if (Failure is not null)
                throw Failure;

            return Task.FromResult(new Proposal
            {
                Project = project.Name,
                Version = release.Version,
                Previous = release.Previous,
                Origins = ["v1.1.tar.gz of the tag v1.1, sha256 abc: it is made of commit 222, which the tag names"],
                License = ("PostgreSQL", "MIT"),
                Postgres = (">=13", ">=15, <18"),
                Tried = new TriedVersion("1.1", ">=13", [SeenRangeTests.Row("13", '-', "1.1"), SeenRangeTests.Row("15", '+', "1.1"), SeenRangeTests.Row("17", '+', "1.1") with { Passed = 2, Reason = "failed: a | b" }], []),
                Before = new TriedVersion("1.0", ">=13", [SeenRangeTests.Row("15", '+')], []),
                Payload = new PayloadChange("postgres@15.1+minimal", ["share/extension/tiny--1.0--1.1.sql"], [], (12_000, 13_500)),
                Notes = ["this version has an extension `tinier`, which the entry does not name"],
                Clock = new ProposalClock(seen.AddDays(-3), seen, Time.GetUtcNow()),
                Patch = "diff --git a/x b/x\n",
            });
        }
    }
}
