using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index;

/// <summary>One optional feature of PostgreSQL.</summary>
public sealed record Option
{
    /// <summary>Its name, <c>lz4</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line on what it gives.</summary>
    public required string Summary { get; init; }

    /// <summary>The versions that have it.</summary>
    public required VersionRange Postgres { get; init; }

    /// <summary>What configure is told to have it.</summary>
    public required ConfigureChoice On { get; init; }

    /// <summary>What configure is told to leave it out.</summary>
    public required ConfigureChoice Off { get; init; }

    /// <summary>The package sets of the platform that building with it needs.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>The package sets of the platform that running with it needs.</summary>
    public required ImmutableArray<string> RuntimePackageSets { get; init; }

    /// <summary>Shell commands that succeed only when the option is really there, each line ended by a line feed; null when nothing tells. See <see cref="BuildStyle.Proofs"/>.</summary>
    public required string? Proof { get; init; }
}

/// <summary>What configure is told about one option.</summary>
/// <param name="Arguments">Its command line arguments, which PostgreSQL records and shows.</param>
/// <param name="Environment">Environment variables, sorted; <c>ac_cv_…</c> presets an answer that PostgreSQL does not record.</param>
public sealed record ConfigureChoice(ImmutableArray<string> Arguments, ImmutableSortedDictionary<string, string> Environment)
{
    /// <summary>Configure is told nothing.</summary>
    public static ConfigureChoice Nothing { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>This and then another: its arguments follow, and its environment variables win.</summary>
    public ConfigureChoice Then(ConfigureChoice next) => new([.. Arguments, .. next.Arguments], Environment.SetItems(next.Environment));
}
