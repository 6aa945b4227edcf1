using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Styles;

namespace Monogres.Index.Options;

/// <summary>One optional feature of PostgreSQL.</summary>
public sealed record Option
{
    /// <summary>Its name, <c>lz4</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line on what it adds.</summary>
    public required string Summary { get; init; }

    /// <summary>The versions that have it.</summary>
    public required VersionRange Postgres { get; init; }

    /// <summary>What is passed to configure to turn it on.</summary>
    public required ConfigureChoice On { get; init; }

    /// <summary>What is passed to configure to turn it off.</summary>
    public required ConfigureChoice Off { get; init; }

    /// <summary>The package sets of the platform that building with it needs.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>The package sets of the platform that running with it needs.</summary>
    public required ImmutableArray<string> RuntimePackageSets { get; init; }

    /// <summary>The smoke test: shell commands that succeed only when the option really works, each line ended by a line feed; null when there is none. See <see cref="BuildStyle.SmokeTests"/>.</summary>
    public required string? SmokeTest { get; init; }
}

/// <summary>What is passed to configure for one option.</summary>
/// <param name="Arguments">Its command line arguments, which PostgreSQL records and shows.</param>
/// <param name="Environment">Environment variables, sorted; <c>ac_cv_…</c> presets an answer that PostgreSQL does not record.</param>
public sealed record ConfigureChoice(ImmutableArray<string> Arguments, ImmutableSortedDictionary<string, string> Environment)
{
    /// <summary>Nothing is passed to configure.</summary>
    public static ConfigureChoice Nothing { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>This and then another: its arguments follow, and its environment variables win.</summary>
    public ConfigureChoice Then(ConfigureChoice next) => new([.. Arguments, .. next.Arguments], Environment.SetItems(next.Environment));
}
