namespace Monogres.Sources.Git;

/// <summary>The kinds of object that a git repository holds, with the numbers that packs give them.</summary>
public enum GitObjectKind
{
    /// <summary>A commit.</summary>
    Commit = 1,

    /// <summary>A directory.</summary>
    Tree = 2,

    /// <summary>The content of a file, or the target of a symbolic link.</summary>
    Blob = 3,

    /// <summary>An annotated tag.</summary>
    Tag = 4,
}

/// <summary>An object of a git repository, whose content was found to have the id that it was asked for by.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Content">Its bytes, without git's header.</param>
public sealed record GitObject(GitObjectKind Kind, ReadOnlyMemory<byte> Content);
