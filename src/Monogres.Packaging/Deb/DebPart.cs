using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Packaging.Deb;

/// <summary>One of the packages that a target is split into.</summary>
internal sealed record DebPart
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The files that it has, unless an earlier part has them: globs, relative to the prefix.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>The section of the archive.</summary>
    public required string Section { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The paragraphs of the long description.</summary>
    public required ImmutableArray<string> Description { get; init; }

    /// <summary>What it needs besides what its files do.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    /// <summary>What most who install it want too.</summary>
    public ImmutableArray<string> Recommends { get; init; } = [];

    /// <summary>What it can take the place of.</summary>
    public ImmutableArray<string> Provides { get; init; } = [];

    /// <summary>What has files of the same paths, and cannot be installed with it.</summary>
    public ImmutableArray<string> Conflicts { get; init; } = [];

    /// <summary>What does not work any more when it is installed.</summary>
    public ImmutableArray<string> Breaks { get; init; } = [];

    /// <summary>What it can take files from, and what must not stay as it is then.</summary>
    public ImmutableArray<string> Supersedes { get; init; } = [];

    /// <summary>What it is to a package of another architecture; null for nothing.</summary>
    public string? MultiArch { get; init; }

    /// <summary>Symbolic links from the prefix to what is elsewhere: where they are, and where they lead.</summary>
    public ImmutableArray<(RelativePath Path, RelativePath Target)> Links { get; init; } = [];

    /// <summary>Further control files, those for dpkg to run among them.</summary>
    public ImmutableArray<(string Name, string Text, bool Executable)> Scripts { get; init; } = [];

    /// <summary>Whether it is the debug information.</summary>
    public bool IsSymbols { get; init; }
}
