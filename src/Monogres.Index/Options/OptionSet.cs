using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Options;

/// <summary>A named set of options that are on; every other option is off.</summary>
public sealed record OptionSet
{
    /// <summary>Its name, <c>minimal</c>.</summary>
    public required OptionSetName Name { get; init; }

    /// <summary>One line on what it is for.</summary>
    public required string Summary { get; init; }

    /// <summary>The set whose options it includes, or null.</summary>
    public required OptionSetName? Extends { get; init; }

    /// <summary>Every option that is on, those of the extended sets included, in the order of the options.</summary>
    public required ImmutableArray<Option> On { get; init; }

    /// <summary>The compiler flags (<c>CFLAGS</c>, <c>CXXFLAGS</c>) instead of the style's, or null.</summary>
    public required ImmutableArray<string>? CompilerFlags { get; init; }
}

/// <summary>What an option set means for one version of PostgreSQL.</summary>
public sealed record OptionChoice
{
    /// <summary>The options of the set that the version has and the platform offers.</summary>
    public required ImmutableArray<Option> On { get; init; }

    /// <summary>The other options that the version has.</summary>
    public required ImmutableArray<Option> Off { get; init; }

    /// <summary>The options of the set that the version or the platform lacks.</summary>
    public required ImmutableArray<Option> Lacking { get; init; }

    /// <summary>What is passed to configure: each option of the version, on or off, in the order of the options.</summary>
    public required ConfigureChoice Configure { get; init; }

    /// <summary>The package sets of the platform that building needs, each once.</summary>
    public required ImmutableArray<string> BuildPackageSets { get; init; }

    /// <summary>The package sets of the platform that running needs, each once.</summary>
    public required ImmutableArray<string> RuntimePackageSets { get; init; }

    /// <summary>The compiler flags instead of the style's, or null.</summary>
    public required ImmutableArray<string>? CompilerFlags { get; init; }
}
