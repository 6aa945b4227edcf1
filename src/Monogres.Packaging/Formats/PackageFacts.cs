using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Formats;

/// <summary>What the packages of one target say of it, whichever distribution they are for, besides their files.</summary>
public abstract record PackageFacts
{
    /// <summary>Who answers for packages: the same for whoever packs, since it is in them.</summary>
    public const string EveryMaintainer = "Monogres <packages@monogres.invalid>";

    /// <summary>The directory of the payload that the target is installed in: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>What the packages are, without the payload.</summary>
    public required PackageIdentity Identity { get; init; }

    /// <summary>The project, <c>postgres</c> or <c>pg_cron</c>.</summary>
    public required string Project { get; init; }

    /// <summary>What it is called, in a sentence: <c>PostgreSQL 15.18</c>, <c>pgvector</c>.</summary>
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

    /// <summary>Adds all of it to the key of a step.</summary>
    internal virtual void Describe(KeyWriter key)
    {
        key.Add(Prefix.Value).Add(Project).Add(Title).Add(Summary).Add(License ?? "").Add(Homepage.AbsoluteUri).Add(Maintainer).Add(SourceDate.ToUnixTimeSeconds()).Add(HasSymbols ? 1 : 0);
        foreach (var (name, value) in Identity.Facts())
            key.Add(name).Add(value);
    }
}
