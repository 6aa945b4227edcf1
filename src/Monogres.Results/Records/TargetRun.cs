using Monogres.Plans.Targets;
namespace Monogres.Results.Records;

/// <summary>What happened here: when, where and how long. It differs between builders, and is never part of what they compare.</summary>
public sealed record TargetRun
{
    /// <summary><c>postgres@15.18+minimal</c>, with platform and toolchain where they are not the default.</summary>
    public required string Target { get; init; }

    /// <summary>The payload that was there at the end.</summary>
    public required string Payload { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether the result was known before.</summary>
    public required bool Cached { get; init; }

    /// <summary>The machine.</summary>
    public required string Host { get; init; }
}
