using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Platforms.Signatures;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>What is published, and where in the repository.</summary>
public sealed record AptPublication
{
    /// <summary>The packages, <c>.deb</c> files; none to sign what is there again, or to keep it as a snapshot.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>The suite: <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>The component: <c>main</c>.</summary>
    public required string Component { get; init; }

    /// <summary>The date of the release; when it is not given, that of the newest package or, with <see cref="ValidFor"/>, now.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long clients believe the release from its date on; null for ever.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>The name under which the suite, as it becomes, is kept for ever; null for none.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What of the packages that were made here may not be published. Packages of others are their publisher's affair.</summary>
    public RedistributionRules Redistribution { get; init; } = RedistributionRules.None;

    /// <summary>The key that the suite was signed with so far, when the signer's is to replace it.</summary>
    public Keyring? OldKey { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Date">The date of the release.</param>
/// <param name="Packages">How many packages the component has.</param>
/// <param name="Added">The paths of those that are new.</param>
/// <param name="Kept">The paths of those that were there.</param>
public sealed record AptPublished(DateTimeOffset Date, int Packages, ImmutableArray<RelativePath> Added, ImmutableArray<RelativePath> Kept);
