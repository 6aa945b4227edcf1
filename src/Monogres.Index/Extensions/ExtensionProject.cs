using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Projects;

namespace Monogres.Index.Extensions;

/// <summary>A project that adds to PostgreSQL: built from its own source, or a module of the server.</summary>
public sealed record ExtensionProject
{
    /// <summary>Its name in targets, <c>pgvector</c>.</summary>
    public required ProjectName Name { get; init; }

    /// <summary>The folder of the index that describes it, <c>extensions/pgvector</c>; for a module, that of its server.</summary>
    public required string Folder { get; init; }

    /// <summary>The licence as an SPDX expression, or null when it is not known.</summary>
    public required string? License { get; init; }

    /// <summary>Its home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>The vendor and the product by which lists of vulnerabilities know it (CPE), <c>postgis:postgis</c>; null when they are not known to have it.</summary>
    public string? Cpe { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Summary { get; init; }

    /// <summary>What it is for, in one word of a known list.</summary>
    public required ExtensionCategory Category { get; init; }

    /// <summary>The git repositories of its source, preferred first.</summary>
    public required ImmutableArray<Uri> Repositories { get; init; }

    /// <summary>The servers that it is for, when it needs what they have and PostgreSQL itself lacks; empty for an extension that is for every server.</summary>
    public ImmutableArray<ProjectName> Servers { get; init; } = [];

    /// <summary>Where it comes from, and how it is made.</summary>
    public required ExtensionOrigin Origin { get; init; }

    /// <summary>The names that <c>CREATE EXTENSION</c> takes, the main one first; none for a library that is only loaded.</summary>
    public required ImmutableArray<string> SqlNames { get; init; }

    /// <summary>Other projects of the index that must be in the same prefix, when it is built and when it runs.</summary>
    public required ImmutableArray<ProjectName> Requires { get; init; }

    /// <summary>The options of PostgreSQL of which at least one must be on; empty when it works with every server.</summary>
    public required ImmutableArray<string> Options { get; init; }

    /// <summary>Libraries for <c>shared_preload_libraries</c>, in the order in which they are loaded.</summary>
    public required ImmutableArray<string> Preload { get; init; }

    /// <summary>Further server settings without which it does not work, by name: <c>cron.database_name</c>.</summary>
    public required ImmutableSortedDictionary<string, ServerSetting> Settings { get; init; }

    /// <summary>How it is tested.</summary>
    public required ExtensionTesting Tests { get; init; }
}

/// <summary>The value of a server setting.</summary>
/// <param name="Value">The value, as in <c>postgresql.conf</c> without its quotes.</param>
/// <param name="Postgres">The server versions that have the setting, any of these ranges; none for all versions.</param>
public sealed record ServerSetting(string Value, ImmutableArray<VersionRange> Postgres)
{
    /// <summary>Whether the setting applies to a server of that version.</summary>
    public bool IsFor(PgVersion version) => Postgres.IsEmpty || Postgres.Any(range => range.Contains(version));
}

/// <summary>Where an extension comes from.</summary>
public abstract record ExtensionOrigin
{
    private ExtensionOrigin()
    {
    }

    /// <summary>A source of its own.</summary>
    /// <param name="Releases">Its releases, the oldest version first (<see cref="ExtensionVersion.Compare"/>).</param>
    /// <param name="Build">How it is built.</param>
    public sealed record Source(ImmutableArray<ExtensionRelease> Releases, ExtensionBuild Build) : ExtensionOrigin;

    /// <summary>The server's own source: what is installed with it is split off, and never built again.</summary>
    /// <param name="Postgres">The versions of PostgreSQL that have it, or that the servers which have it are based on.</param>
    /// <param name="Files">Globs of its files, relative to the server's prefix.</param>
    /// <param name="Only">The one server that has it; null for a module of the default server, which those that are based on the same PostgreSQL have too.</param>
    public sealed record Server(VersionRange Postgres, ImmutableArray<string> Files, ProjectName? Only = null) : ExtensionOrigin
    {
        /// <summary>Which servers bring it along.</summary>
        public ModuleClaim Claim => new(Postgres, Only);
    }
}

/// <summary>One version of an extension, and where its source is.</summary>
public sealed record ExtensionRelease
{
    /// <summary>The version as its authors number it.</summary>
    public required string Version { get; init; }

    /// <summary>The versions of PostgreSQL that it is claimed to work with.</summary>
    public required VersionRange Postgres { get; init; }

    /// <summary>The git tag, or null when it is not known.</summary>
    public required string? Tag { get; init; }

    /// <summary>The git commit, 40 hexadecimal digits, or null when it is not known.</summary>
    public required string? Commit { get; init; }

    /// <summary>The time that a build takes as the current time (<c>SOURCE_DATE_EPOCH</c>): when it was released, or the newest time in its archive.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>The files that hold its source, preferred first; each alone is enough.</summary>
    public required ImmutableArray<SourceFile> Files { get; init; }

    /// <summary>Further archives that are unpacked into the source: submodules, vendored crates.</summary>
    public required ImmutableArray<SourcePart> Parts { get; init; }

    /// <summary>The <c>Cargo.lock</c> files of the source and its parts whose crates become directories of <c>vendor/</c>.</summary>
    public ImmutableArray<RelativePath> Crates { get; init; } = [];
}

/// <summary>How an extension is built: the style, and what differs from its defaults.</summary>
public sealed record ExtensionBuild
{
    /// <summary>The name of the style, <c>pgxs</c>; the index has that style.</summary>
    public required string Style { get; init; }

    /// <summary>Further arguments: variables for make, options for configure, cmake or meson.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Environment variables of the commands.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Package sets of the platform that it needs in addition to those that PostgreSQL was built with.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>Package sets of the platform that it needs at run time, in addition to PostgreSQL's own.</summary>
    public required ImmutableArray<string> RuntimePackageSets { get; init; }
}

/// <summary>How an extension is tested.</summary>
public sealed record ExtensionTesting
{
    /// <summary>The name of the style whose tests these are; for an extension with a source of its own the one that builds it.</summary>
    public required string Style { get; init; }

    /// <summary>The directory of the source in which they run; its root for most.</summary>
    public required RelativePath Directory { get; init; }

    /// <summary>Why its own tests are not run; null when they are.</summary>
    public required string? Skipped { get; init; }

    /// <summary>Commands of the shell that are run before the server is started, in the directory of the tests.</summary>
    public ImmutableArray<string> Before { get; init; } = [];

    /// <summary>Further arguments of the tests' command.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Further package sets that the tests need.</summary>
    public required ImmutableArray<string> PackageSets { get; init; }

    /// <summary>Other projects of the index that only the tests need.</summary>
    public required ImmutableArray<ProjectName> Requires { get; init; }

    /// <summary>Server settings that only the tests need.</summary>
    public required ImmutableSortedDictionary<string, ServerSetting> Settings { get; init; }

    /// <summary>Tests whose output is known to differ from what upstream expects.</summary>
    public required ImmutableArray<KnownDrift> Drift { get; init; }
}

/// <summary>A test of an extension that fails for a known reason that the build does not cause.</summary>
/// <param name="Test">The name of the test.</param>
/// <param name="Postgres">The server versions with which it fails.</param>
/// <param name="Why">The reason, as text.</param>
public sealed record KnownDrift(string Test, VersionRange Postgres, string Why);
