using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Packaging.Rpm;

/// <summary>One of the packages that a target is split into.</summary>
internal sealed record RpmPart
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The files that it has, unless an earlier part has them: globs, relative to the prefix.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Summary { get; init; }

    /// <summary>The paragraphs of the description.</summary>
    public required ImmutableArray<string> Description { get; init; }

    /// <summary>What it needs besides what its files do: lines of the spec without the field, <c>name = version</c>.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>What its scripts need, with the script: <c>(post)</c>.</summary>
    public ImmutableArray<(string Script, string Need)> ScriptRequires { get; init; } = [];

    /// <summary>What it can take the place of.</summary>
    public ImmutableArray<string> Provides { get; init; } = [];

    /// <summary>What has files of the same paths, and cannot be installed with it.</summary>
    public ImmutableArray<string> Conflicts { get; init; } = [];

    /// <summary>What it has that is not in the payload.</summary>
    public ImmutableArray<RpmFile> Additions { get; init; } = [];

    /// <summary>What rpm runs: the section of the spec (<c>%post</c>), and the script.</summary>
    public ImmutableArray<(string Section, string Script)> Scripts { get; init; } = [];

    /// <summary>Whether it is the debug information.</summary>
    public bool IsSymbols { get; init; }
}

/// <summary>A file that packages add to the payload.</summary>
/// <param name="Path">Where it is installed.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">Its text, or what a link leads to; empty for a directory.</param>
internal sealed record RpmFile(RelativePath Path, RpmFileKind Kind, string Content = "");

/// <summary>What a file that packages add is.</summary>
internal enum RpmFileKind
{
    /// <summary>Text that all may read.</summary>
    Text,

    /// <summary>A script.</summary>
    Program,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A directory that only the server's user may enter.</summary>
    DataDirectory,
}
