using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Platforms.Signatures;

namespace Monogres.Packaging.Repositories;

/// <summary>What is published in a repository of any kind, and how.</summary>
public abstract record Publication
{
    /// <summary>The packages, files; none to sign what is there again, or to keep it as a snapshot.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>The date of what is signed; when it is not given, that of the newest package.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The name under which what is signed, as it becomes, is kept for ever; null for none.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What of the packages that were made here may not be published. Packages of others are their publisher's affair.</summary>
    public RedistributionRules Redistribution { get; init; } = RedistributionRules.None;

    /// <summary>The key that it was signed with so far, when the signer's is to replace it.</summary>
    public Keyring? OldKey { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Date">The date of what was signed.</param>
/// <param name="Packages">How many packages it has.</param>
/// <param name="Added">The paths of those that are new.</param>
/// <param name="Kept">The paths of those that were there.</param>
public sealed record Published(DateTimeOffset Date, int Packages, ImmutableArray<RelativePath> Added, ImmutableArray<RelativePath> Kept);
