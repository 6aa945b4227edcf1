using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Monobot.Trials;

namespace Monogres.Monobot.Proposals;

/// <summary>A change of the index that was tried, for a person to judge.</summary>
public sealed record Proposal
{
    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version that is added.</summary>
    public required string Version { get; init; }

    /// <summary>The version that it follows.</summary>
    public required string Previous { get; init; }

    /// <summary>Where its archives come from and who vouches for each, one line each.</summary>
    public required ImmutableArray<string> Origins { get; init; }

    /// <summary>The licence that the index has, and the one that the source has; null where it is not known.</summary>
    public required (string? Before, string? After) License { get; init; }

    /// <summary>The range of the previous version, and of this one.</summary>
    public required (string Before, string After) Postgres { get; init; }

    /// <summary>What the trial showed of this version.</summary>
    public required TriedVersion Tried { get; init; }

    /// <summary>What it showed of the previous one.</summary>
    public required TriedVersion Before { get; init; }

    /// <summary>How what is installed differs; null when the previous version was not built.</summary>
    public required PayloadChange? Payload { get; init; }

    /// <summary>What a person should know besides.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>When upstream released it, when the bot first saw it, and when it was proven.</summary>
    public required ProposalClock Clock { get; init; }

    /// <summary>The difference of the index.</summary>
    public required string Patch { get; init; }

    /// <summary>The name of its files, without ending.</summary>
    public string Name => $"{Project}-{Version}";
}

/// <summary>The times of a proposal.</summary>
/// <param name="Released">When upstream released it, as the index has it.</param>
/// <param name="Seen">When the bot first saw it.</param>
/// <param name="Proven">When it was proven.</param>
public sealed record ProposalClock(DateTimeOffset Released, DateTimeOffset Seen, DateTimeOffset Proven);

/// <summary>How what two versions install differs, against one server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Added">Files that only the new one has.</param>
/// <param name="Removed">Files that only the previous one has.</param>
/// <param name="Bytes">All bytes of the previous one, and of the new one.</param>
public sealed record PayloadChange(string Server, ImmutableArray<string> Added, ImmutableArray<string> Removed, (long Before, long After) Bytes);
