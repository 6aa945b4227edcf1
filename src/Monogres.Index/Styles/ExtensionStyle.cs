using System.Collections.Immutable;

namespace Monogres.Index.Styles;

/// <summary>How a kind of extension is built and tested against an installed PostgreSQL: shell steps with placeholders.</summary>
public sealed record ExtensionStyle
{
    /// <summary>Its name, <c>pgxs</c>, which is also the name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>One line on what it builds.</summary>
    public required string Summary { get; init; }

    /// <summary>The package sets of the platform that it needs in addition to those that PostgreSQL was built with.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>Further package sets that its tests need.</summary>
    public required ImmutableArray<string> TestPackageSets { get; init; }

    /// <summary>What is run to build, in order, by PostgreSQL version.</summary>
    public required ImmutableArray<StyleStep> Steps { get; init; }

    /// <summary>What is run to test, in order, by PostgreSQL version; empty when the style knows no tests.</summary>
    public required ImmutableArray<StyleStep> Tests { get; init; }
}

/// <summary>The placeholders that steps of an extension style may use.</summary>
public static class ExtensionPlaceholders
{
    /// <summary>The version of the extension.</summary>
    public const string Version = "version";

    /// <summary>The git tag of the version, quoted; empty quotes when it is not known.</summary>
    public const string Tag = "tag";

    /// <summary>The git commit of the version, quoted; empty quotes when it is not known.</summary>
    public const string Commit = "commit";

    /// <summary>The version of PostgreSQL, <c>17.11</c>.</summary>
    public const string Postgres = "postgres";

    /// <summary>The major version of PostgreSQL, <c>17</c>.</summary>
    public const string Major = "major";

    /// <summary>The prefix of PostgreSQL, <c>/usr/lib/postgresql/17</c>.</summary>
    public const string Prefix = "prefix";

    /// <summary>The <c>pg_config</c> of that PostgreSQL.</summary>
    public const string PgConfig = "pg_config";

    /// <summary>The project's own arguments, each quoted; may be empty.</summary>
    public const string Arguments = "arguments";

    /// <summary>The project's own environment as assignments in front of a command, each quoted; may be empty.</summary>
    public const string Environment = "environment";

    /// <summary>The command that compiles C.</summary>
    public const string CompilerC = "cc";

    /// <summary>The command that compiles C++.</summary>
    public const string CompilerCxx = "cxx";

    /// <summary>The directory that takes the output, to which the prefix is added.</summary>
    public const string Out = "out";

    /// <summary>How many jobs run at once: the cores of the machine, counted when the step runs, so no part of any key.</summary>
    public const string Jobs = "jobs";

    /// <summary>In tests only: shell commands that create and start a server with the libraries and settings that the extension needs.</summary>
    public const string StartServer = "start_server";

    /// <summary>In tests only: the arguments of the tests' command, each quoted; may be empty.</summary>
    public const string TestArguments = "test_arguments";

    /// <summary>In tests: the directory of the Perl test modules of the server's source.</summary>
    public const string TestModules = "test_modules";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
        [Version, Tag, Commit, Postgres, Major, Prefix, PgConfig, Arguments, Environment, CompilerC, CompilerCxx, Out, Jobs, StartServer, TestArguments, TestModules];
}
