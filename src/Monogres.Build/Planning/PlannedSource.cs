using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>A source that will be brought in as a tree.</summary>
public sealed record PlannedSource
{
    /// <summary>For people: <c>postgres-15.18</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The files that hold it, preferred first; each alone is enough. None when it is at hand as a tree.</summary>
    public required ImmutableArray<SourceFile> Files { get; init; }

    /// <summary>Globs of files that are never taken in: what upstream generates into release tarballs, so that tarball and tag archive give one tree.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>Further archives that are laid into it.</summary>
    public ImmutableArray<SourcePart> Parts { get; init; } = [];

    /// <summary>The tree itself, when it was taken in from a directory of this machine and is no part of the index.</summary>
    public Digest? Tree { get; init; }
}
