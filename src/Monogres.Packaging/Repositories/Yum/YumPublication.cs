using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Platforms.Signatures;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>What is published, and how.</summary>
public sealed record YumPublication
{
    /// <summary>The packages, <c>.rpm</c> files; none to sign what is there again, or to keep it as a snapshot.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>The date of the repository; when it is not given, that of the newest package.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The name under which the repository, as it becomes, is kept for ever; null for none.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What of the packages that were made here may not be published. Packages of others are their publisher's affair.</summary>
    public RedistributionRules Redistribution { get; init; } = RedistributionRules.None;

    /// <summary>The key that the repository was signed with so far, when the signer's is to replace it.</summary>
    public Keyring? OldKey { get; init; }

    /// <summary>Where clients find the repository, for the file that they put into <c>/etc/yum.repos.d</c>; null to leave that as it is.</summary>
    public Uri? Address { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Date">The date of the repository.</param>
/// <param name="Packages">How many packages it has.</param>
/// <param name="Added">The paths of those that are new.</param>
/// <param name="Kept">The paths of those that were there.</param>
public sealed record YumPublished(DateTimeOffset Date, int Packages, ImmutableArray<RelativePath> Added, ImmutableArray<RelativePath> Kept);
