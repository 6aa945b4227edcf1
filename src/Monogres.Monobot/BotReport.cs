using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Monobot.News;
using Monogres.Monobot.Proposals;

namespace Monogres.Monobot;

/// <summary>What a run of the bot found.</summary>
public sealed record BotReport
{
    /// <summary>How many projects were looked at.</summary>
    public required int Projects { get; init; }

    /// <summary>Every release that is new, with what became of it.</summary>
    public required ImmutableArray<ReportedRelease> Releases { get; init; }

    /// <summary>What must not be.</summary>
    public required ImmutableArray<Alarm> Alarms { get; init; }

    /// <summary>What a person may want to know, each with its project.</summary>
    public required ImmutableArray<(ProjectName Project, string Text)> Notes { get; init; }

    /// <summary>What did not answer, or not as it should; each is asked again in the next run.</summary>
    public required ImmutableArray<string> Unanswered { get; init; }
}

/// <summary>A release that is new.</summary>
/// <param name="Project">The project.</param>
/// <param name="Release">The release.</param>
/// <param name="Remembered">What became of it, now or in an earlier run.</param>
/// <param name="Proposal">The proposal, when this run made it.</param>
public sealed record ReportedRelease(ProjectName Project, NewRelease Release, RememberedRelease Remembered, Proposal? Proposal);
