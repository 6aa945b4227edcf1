using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Engine.Steps;

/// <summary>
/// Unpacks the archives that a list in a source names by digest, such as the crates of <c>Cargo.lock</c>. The list is part of
/// the input, so the key is known without reading it, and the digests make the tree a function of it.
/// </summary>
/// <param name="name">For people.</param>
/// <param name="source">The tree that has the list.</param>
/// <param name="list">Reads it.</param>
public sealed class ListedStep(StepName name, Step source, ArchiveList list) : Step(name, [source])
{
    /// <summary>Reads the list.</summary>
    public ArchiveList List { get; } = list;

    private protected override void Describe(KeyWriter key) => List.Describe(key.Add("listed 1"));
}

/// <summary>Finds in a tree which archives belong to it. The engine knows nothing of how they are written down.</summary>
public abstract class ArchiveList
{
    /// <summary>Adds the kind of list with the version of its rules, and its parameters.</summary>
    public abstract void Describe(KeyWriter key);

    /// <summary>Reads the list.</summary>
    /// <param name="tree">The tree that has it.</param>
    /// <param name="blobs">Has the tree.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The list is not there, or names something that has no digest.</exception>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    public abstract Task<ImmutableArray<ListedArchive>> ReadAsync(Digest tree, IBlobStore blobs, CancellationToken cancel);
}

/// <summary>An archive of a list.</summary>
/// <param name="File">The file.</param>
/// <param name="To">The directory that its one top directory becomes.</param>
/// <param name="Added">Files that are put into that directory, by name.</param>
public sealed record ListedArchive(PinnedFile File, RelativePath To, ImmutableArray<KeyValuePair<string, string>> Added);
