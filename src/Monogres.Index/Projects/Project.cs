using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Projects;

/// <summary>A server: PostgreSQL, or one that is based on it.</summary>
public sealed class Project
{
    private static readonly ImmutableSortedDictionary<string, string> NoReasons = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal Project(ImmutableArray<Release> releases) => Releases = releases.Sort(static (one, other) => one.Version.CompareTo(other.Version));

    /// <summary>Its name, <c>postgres</c>.</summary>
    public required ProjectName Name { get; init; }

    /// <summary>The folder of the index that describes it, <c>servers/postgres</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The licence as an SPDX expression.</summary>
    public required string License { get; init; }

    /// <summary>Its home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>The vendor and the product by which lists of vulnerabilities know it (CPE), <c>postgresql:postgresql</c>; null when they are not known to have it.</summary>
    public string? Cpe { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Summary { get; init; }

    /// <summary>The git repositories in which the commits of the releases are found, preferred first.</summary>
    public required ImmutableArray<Uri> Repositories { get; init; }

    /// <summary>Who vouches for the digests of its files.</summary>
    public ImmutableArray<SourceAuthority> Authorities { get; init; } = [];

    /// <summary>The name of the style that builds it; the index has that style.</summary>
    public required string Style { get; init; }

    /// <summary>The options that it cannot be without, each with the reason: they are on in every set. Empty for PostgreSQL itself.</summary>
    public ImmutableSortedDictionary<string, string> RequiredOptions { get; init; } = NoReasons;

    /// <summary>The option sets that it is not built with, each with the reason.</summary>
    public ImmutableSortedDictionary<string, string> WithoutOptionSets { get; init; } = NoReasons;

    /// <summary>How it is started.</summary>
    public ServerRun Run { get; init; } = ServerRun.Plain;

    /// <summary>Every release, oldest version first.</summary>
    public ImmutableArray<Release> Releases { get; }

    /// <summary>The release of that version.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public Release Release(PgVersion version) =>
        Find(version) ?? throw ProjectErrors.UnknownVersion(this, version);

    /// <summary>The release of that version, or null.</summary>
    public Release? Find(PgVersion version)
    {
        foreach (var release in Releases)
        {
            if (release.Version == version)
                return release;
        }

        return null;
    }
}
