using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Deb;

/// <summary>What the packages of one target are made of, besides its files.</summary>
public sealed record DebRequest
{
    /// <summary>The names of the server and of what belongs to it.</summary>
    public required DebNames Names { get; init; }

    /// <summary>The release of the distribution.</summary>
    public required DebPlatform Platform { get; init; }

    /// <summary>The directory of the payload that it is installed in, and that the packages install it in: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The extension; null for a server, which becomes several packages.</summary>
    public required DebExtension? Extension { get; init; }

    /// <summary>The project, <c>postgres</c> or <c>pg_cron</c>.</summary>
    public required string Project { get; init; }

    /// <summary>The version as its project numbers it.</summary>
    public required string Version { get; init; }

    /// <summary>How many times that version was packaged for that release of the distribution.</summary>
    public int Build { get; init; } = 1;

    /// <summary>What tells it from other packages of the same names and version: the option set or toolchain that is not the usual one; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>What it is called, in a sentence: <c>PostgreSQL</c>, <c>pgvector</c>.</summary>
    public required string Title { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Summary { get; init; }

    /// <summary>The licence as an SPDX expression, or null when it is not known.</summary>
    public required string? License { get; init; }

    /// <summary>The home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>Who answers for the packages: <c>Name &lt;address&gt;</c>.</summary>
    public required string Maintainer { get; init; }

    /// <summary>The time that stands in every entry: the release's, never now.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>Whether the debug information is among the inputs.</summary>
    public required bool HasSymbols { get; init; }

    /// <summary>The version of the packages.</summary>
    public string PackageVersion => DebVersion.Of(Version, Platform.Mark, Build, Variant);

    internal void Describe(KeyWriter key)
    {
        key.Add(Names.Major).Add(Names.Flavour ?? "").Add(Platform.Suite).Add(Platform.Mark).Add(Platform.Architecture).Add(Prefix.Value)
            .Add(PackageVersion).Add(Project).Add(Title).Add(Summary).Add(License ?? "").Add(Homepage.AbsoluteUri).Add(Maintainer)
            .Add(SourceDate.ToUnixTimeSeconds()).Add(HasSymbols ? 1 : 0).Add(Extension is null ? 0 : 1);
        if (Extension is { } extension)
            key.Add(extension.Name).Add(extension.Requires).Add(extension.Aliases);
    }
}

/// <summary>What is known of an extension.</summary>
/// <param name="Name">The project, <c>pg_cron</c>.</param>
/// <param name="Requires">The packages of the extensions that it requires, in the order of their payloads among the inputs.</param>
/// <param name="Aliases">What other repositories call it, where that is another name: <c>postgis-3</c>.</param>
public sealed record DebExtension(string Name, ImmutableArray<string> Requires, ImmutableArray<string> Aliases);
