using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Monobot.News;
using Monogres.Monobot.Proposals;

namespace Monogres.Monobot;

/// <summary>
/// Looks at projects one after the other: what upstreams have that the index lacks is tried and proposed, what they have changed of what
/// it has is an alarm. The index stays as it is. After each step the state is written, so a run may be stopped at any moment.
/// </summary>
/// <param name="upstreams">Asks upstreams.</param>
/// <param name="proposer">Tries a release and makes a proposal of it; null for a run that only looks.</param>
/// <param name="files">Where proposals are.</param>
/// <param name="state">What is remembered.</param>
/// <param name="time">The clock of the proposals.</param>
public sealed class Bot(IUpstreams upstreams, IProposer? proposer, ProposalFiles files, BotState state, TimeProvider time)
{
    /// <summary>Looks at projects.</summary>
    /// <param name="projects">The projects.</param>
    /// <param name="again">Whether what failed is tried again although nothing of its entry has changed.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<BotReport> RunAsync(IReadOnlyCollection<ExtensionProject> projects, bool again, CancellationToken cancel)
    {
        var (releases, alarms) = (ImmutableArray.CreateBuilder<ReportedRelease>(), ImmutableArray.CreateBuilder<Alarm>());
        var (notes, unanswered) = (ImmutableArray.CreateBuilder<(ProjectName, string)>(), ImmutableArray.CreateBuilder<string>());
        var (ofServers, withoutAnswer) = await upstreams.BeginAsync(projects, cancel);
        notes.AddRange(ofServers);
        unanswered.AddRange(withoutAnswer);
        foreach (var project in projects)
        {
            var (answers, silent) = await upstreams.AskAsync(project, cancel);
            unanswered.AddRange(silent.Select(why => $"{project.Name}: {why}"));
            var news = ProjectNews.Of(project, answers);
            alarms.AddRange(news.Alarms);
            notes.AddRange(news.Notes.Select(note => (project.Name, note)));
            foreach (var release in news.Releases)
                releases.Add(await LookAsync(project, release, again, cancel));
        }

        await state.SaveAsync(time.GetUtcNow(), cancel);
        return new BotReport { Projects = projects.Count, Releases = releases.ToImmutable(), Alarms = alarms.ToImmutable(), Notes = notes.ToImmutable(), Unanswered = unanswered.ToImmutable() };
    }

    private async Task<ReportedRelease> LookAsync(ExtensionProject project, NewRelease release, bool again, CancellationToken cancel)
    {
        var known = state.Find(project.Name, release.Version);
        if (known is null)
            await RememberAsync(known = new RememberedRelease(time.GetUtcNow(), ReleaseOutcome.Seen, Entry: null, Reason: null));
        if (proposer is null)
            return new ReportedRelease(project.Name, release, known, Proposal: null);

        var entry = await proposer.EntryAsync(project, cancel);
        var isDone = known.Entry == entry && known.Outcome switch
        {
            ReleaseOutcome.Proposed => files.Has($"{project.Name}-{release.Version}"),
            ReleaseOutcome.Failed => !again,
            _ => false,
        };
        if (isDone)
            return new ReportedRelease(project.Name, release, known, Proposal: null);

        try
        {
            var proposal = await proposer.ProposeAsync(project, release, known.Seen, cancel);
            await files.WriteAsync(proposal, cancel);
            await RememberAsync(known = known with { Outcome = ReleaseOutcome.Proposed, Entry = entry, Reason = null });
            return new ReportedRelease(project.Name, release, known, proposal);
        }
        catch (UserErrorException failed)
        {
            // What was unavailable may be there in the next run.
            await RememberAsync(known = known with { Outcome = failed.Unavailable ? ReleaseOutcome.Seen : ReleaseOutcome.Failed, Entry = entry, Reason = failed.Details is [var first, ..] ? $"{failed.Message}: {first}" : failed.Message });
            return new ReportedRelease(project.Name, release, known, Proposal: null);
        }

        Task RememberAsync(RememberedRelease remembered) => state.RememberAsync(project.Name, release.Version, remembered, time.GetUtcNow(), cancel);
    }
}

/// <summary>Asks the upstreams of projects.</summary>
public interface IUpstreams
{
    /// <summary>Asks what all projects have in common.</summary>
    /// <param name="projects">The projects that will be asked for.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What is new of servers, and what did not answer.</returns>
    Task<(ImmutableArray<(ProjectName, string)> Notes, ImmutableArray<string> Unanswered)> BeginAsync(IReadOnlyCollection<ExtensionProject> projects, CancellationToken cancel);

    /// <summary>Asks the upstreams of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What they said, and which did not answer, with the reason.</returns>
    Task<(UpstreamAnswers Answers, ImmutableArray<string> Unanswered)> AskAsync(ExtensionProject project, CancellationToken cancel);
}

/// <summary>Tries releases.</summary>
public interface IProposer
{
    /// <summary>The content of a project's entry: while it is the same, so is what a trial shows.</summary>
    Task<Sha256Hash> EntryAsync(ExtensionProject project, CancellationToken cancel);

    /// <summary>Drafts, builds and tests a release.</summary>
    /// <param name="project">The project.</param>
    /// <param name="release">The release.</param>
    /// <param name="seen">When it was first seen.</param>
    /// <param name="cancel">Stops; what was built stays in the store.</param>
    /// <exception cref="UserErrorException">It cannot be had, cannot be drafted, or works with no server.</exception>
    Task<Proposal> ProposeAsync(ExtensionProject project, NewRelease release, DateTimeOffset seen, CancellationToken cancel);
}
