using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Rpm;

/// <summary>What the packages of one target are made of, besides its files.</summary>
public sealed record RpmRequest
{
    /// <summary>The names of the server and of what belongs to it.</summary>
    public required RpmNames Names { get; init; }

    /// <summary>Where they can be installed.</summary>
    public required RpmPlatform Platform { get; init; }

    /// <summary>The directory of the payload that it is installed in: <c>usr/lib/postgresql/15</c>. Packages install it elsewhere: <see cref="RpmNames.Prefix"/>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The extension; null for a server, which becomes several packages.</summary>
    public required RpmExtension? Extension { get; init; }

    /// <summary>Version and release.</summary>
    public required RpmVersion Version { get; init; }

    /// <summary>The project, <c>postgres</c>.</summary>
    public required string Project { get; init; }

    /// <summary>What it is called, in a sentence: <c>PostgreSQL 15.18</c>.</summary>
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

    /// <summary>The name that those of all packages of the target begin with, and that of the spec.</summary>
    public string Base => Extension is { } extension ? Names.Extension(extension.Name) : Names.Client;

    internal void Describe(KeyWriter key)
    {
        key.Add(Names.Major).Add(Names.Flavour ?? "").Add(Platform.Architecture).Add(Platform.Isa).Add(Prefix.Value)
            .Add(Version.ToString()).Add(Project).Add(Title).Add(Summary).Add(License ?? "").Add(Homepage.AbsoluteUri).Add(Maintainer)
            .Add(SourceDate.ToUnixTimeSeconds()).Add(HasSymbols ? 1 : 0).Add(Extension is null ? 0 : 1);
        if (Extension is { } extension)
            key.Add(extension.Name).Add(extension.Requires);
    }
}

/// <summary>What is known of an extension.</summary>
/// <param name="Name">The project, <c>pg_cron</c>.</param>
/// <param name="Requires">The packages of the extensions that it requires and of the modules of the server.</param>
public sealed record RpmExtension(string Name, ImmutableArray<string> Requires);
