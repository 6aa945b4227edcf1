using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Extensions;

/// <summary>What is asked of many extensions at once, without reading all that they say.</summary>
public sealed record ExtensionOutline
{
    /// <summary>Its name in targets.</summary>
    public required ProjectName Name { get; init; }

    /// <summary>As <see cref="ExtensionProject.SqlNames"/>.</summary>
    public required ImmutableArray<string> SqlNames { get; init; }

    /// <summary>As <see cref="ExtensionProject.Requires"/>.</summary>
    public required ImmutableArray<ProjectName> Requires { get; init; }

    /// <summary>As <see cref="ExtensionProject.Options"/>.</summary>
    public required ImmutableArray<string> Options { get; init; }

    /// <summary>As <see cref="ExtensionProject.Servers"/>.</summary>
    public ImmutableArray<ProjectName> Servers { get; init; } = [];

    /// <summary>Its versions, the oldest first; none for a module, which has the version of its server.</summary>
    public required ImmutableArray<VersionClaim> Versions { get; init; }

    /// <summary>Which servers bring it along; null for an extension with a source of its own.</summary>
    public required ModuleClaim? Module { get; init; }

    /// <summary>Whether it is for a server, whatever its version.</summary>
    public bool IsFor(ProjectName server) => Servers.IsEmpty || Servers.Contains(server);

    /// <summary>The outline of an extension.</summary>
    public static ExtensionOutline Of(ExtensionProject extension) => new()
    {
        Name = extension.Name,
        SqlNames = extension.SqlNames,
        Requires = extension.Requires,
        Options = extension.Options,
        Servers = extension.Servers,
        Versions = extension.Origin is ExtensionOrigin.Source source ? [.. source.Releases.Select(release => new VersionClaim(release.Version, release.Postgres))] : [],
        Module = (extension.Origin as ExtensionOrigin.Server)?.Claim,
    };
}

/// <summary>A version of an extension.</summary>
/// <param name="Version">The version as its authors number it.</param>
/// <param name="Postgres">The versions of PostgreSQL that it is claimed to work with.</param>
public sealed record VersionClaim(string Version, VersionRange Postgres);

/// <summary>Which servers bring a module along.</summary>
/// <param name="Postgres">As in <see cref="ExtensionOrigin.Server"/>.</param>
/// <param name="Only">As there.</param>
public sealed record ModuleClaim(VersionRange Postgres, ProjectName? Only)
{
    /// <summary>Whether a server brings it along.</summary>
    /// <param name="server">The server.</param>
    /// <param name="postgres">The version of PostgreSQL that its release is based on.</param>
    public bool IsIn(ProjectName server, PgVersion postgres) => (Only is null || Only == server) && Postgres.Contains(postgres);
}
