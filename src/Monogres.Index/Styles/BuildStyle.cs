using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Options;

namespace Monogres.Index.Styles;

/// <summary>How a kind of project is built: what it needs, and shell steps with placeholders. The code knows how to run steps, not what they do.</summary>
public sealed record BuildStyle
{
    /// <summary>Its name, <c>postgres-autoconf</c>, which is also the name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>One line on what it builds.</summary>
    public required string Summary { get; init; }

    /// <summary>The package sets of the platform that it needs in addition to a toolchain.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>Further package sets that its tests need.</summary>
    public required ImmutableArray<string> TestPackageSets { get; init; }

    /// <summary>The installation prefix of the result, <c>/usr/lib/postgresql/{major}</c>.</summary>
    public required Template Prefix { get; init; }

    /// <summary>The compiler flags (<c>CFLAGS</c>, <c>CXXFLAGS</c>) unless an option set has others; empty when configure decides.</summary>
    public required ImmutableArray<string> CompilerFlags { get; init; }

    /// <summary>What is passed to configure for every option set, by version.</summary>
    public required ImmutableArray<StyleConfigure> Configure { get; init; }

    /// <summary>Files that are omitted when the source is unpacked, by version.</summary>
    public required ImmutableArray<StyleDrop> Drop { get; init; }

    /// <summary>What is run to build, in order, by version.</summary>
    public required ImmutableArray<StyleStep> Steps { get; init; }

    /// <summary>What is run to test, in order, by version: a separate action, over the source and the built payload at its prefix.</summary>
    public required ImmutableArray<StyleStep> Tests { get; init; }

    /// <summary>
    /// The smoke tests, in order, by version: a separate action in the run-time root, over the source and the built payload.
    /// <see cref="StylePlaceholders.OptionSmokeTests"/> stands for the smoke tests of the options. The results are printed in TAP.
    /// </summary>
    public required ImmutableArray<StyleStep> SmokeTests { get; init; }

    /// <summary>What is passed to configure for a version, before the options, with the placeholders replaced.</summary>
    public ConfigureChoice ConfigureFor(PgVersion version, IReadOnlyDictionary<string, string> values) =>
        Configure.Where(part => part.Postgres.Contains(version))
            .Select(part => part.Choice with { Arguments = [.. part.Choice.Arguments.Select(argument => Template.Parse(argument).Expand(values))] })
            .Aggregate(ConfigureChoice.Nothing, (all, part) => all.Then(part));

    /// <summary>The globs of the files to omit from the source of a version: <c>*</c> and <c>?</c> within one segment, <c>**</c> over segments; a directory is omitted with everything below it.</summary>
    public ImmutableArray<string> DropFor(PgVersion version) =>
        [.. Drop.Where(part => part.Postgres.Contains(version)).SelectMany(part => part.Paths)];

    /// <summary>The steps that apply to a version.</summary>
    public static ImmutableArray<StyleStep> For(PgVersion version, ImmutableArray<StyleStep> steps) => [.. steps.Where(step => step.Postgres.Contains(version))];
}

/// <summary>What is passed to configure for some versions.</summary>
/// <param name="Postgres">Which.</param>
/// <param name="Choice">Arguments, in which placeholders are not yet replaced, and environment.</param>
public sealed record StyleConfigure(VersionRange Postgres, ConfigureChoice Choice);

/// <summary>Files omitted from the source of some versions.</summary>
/// <param name="Postgres">Which.</param>
/// <param name="Paths">Globs relative to the source.</param>
public sealed record StyleDrop(VersionRange Postgres, ImmutableArray<string> Paths);

/// <summary>One step: a piece of shell script.</summary>
/// <param name="Name">Its name in progress and logs, <c>configure</c>.</param>
/// <param name="Postgres">The versions that it is for.</param>
/// <param name="Run">The script, each line ended by a line feed; run by its own <c>sh -e</c> in the source directory.</param>
public sealed record StyleStep(string Name, VersionRange Postgres, Template Run);
