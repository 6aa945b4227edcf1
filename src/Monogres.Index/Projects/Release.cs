using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Projects;

/// <summary>One version of a server, and where its source is.</summary>
public sealed record Release
{
    /// <summary>The version: what the release is called.</summary>
    public required PgVersion Version { get; init; }

    /// <summary>
    /// The version of PostgreSQL that it is based on; of PostgreSQL itself the same as <see cref="Version"/>. What options, styles,
    /// modules and extensions say about versions is about this one.
    /// </summary>
    public required PgVersion Postgres { get; init; }

    /// <summary>The git tag, or null when it is not known.</summary>
    public required string? Tag { get; init; }

    /// <summary>The git commit, 40 hexadecimal digits, or null when it is not known.</summary>
    public required string? Commit { get; init; }

    /// <summary>When it was released or tagged, as the index says, or null when the index does not know.</summary>
    public required DateTimeOffset? Released { get; init; }

    /// <summary>
    /// The time that a build of this release takes as the current time (<c>SOURCE_DATE_EPOCH</c>): <see cref="Released"/>, or where that is not
    /// known, that of the nearest earlier version which has one.
    /// </summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>What upstream warns of: sentences, each with the releases that mend it. Empty for most.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The files that hold its source, preferred first; each alone is enough, and each gives the same payload.</summary>
    public required ImmutableArray<SourceFile> Files { get; init; }

    /// <summary>Further archives that are unpacked into the source: another repository with patches.</summary>
    public ImmutableArray<SourcePart> Parts { get; init; } = [];

    /// <summary>
    /// Globs of patches in the source with its parts, which are applied to it in this order, and those of a glob in the order of their names: unified
    /// diffs, each path of which has one leading directory to strip.
    /// </summary>
    public ImmutableArray<string> Patches { get; init; } = [];

    /// <summary>The file of that source, or null.</summary>
    public SourceFile? File(string source) => Files.FirstOrDefault(file => string.Equals(file.Source, source, StringComparison.Ordinal));
}
