using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Archives;

/// <summary>How the entries of an archive become a tree.</summary>
public sealed record TarRules
{
    /// <summary>Everything, where the archive says.</summary>
    public static TarRules AsIs { get; } = new();

    /// <summary>For source archives: the content of the one top folder.</summary>
    public static TarRules Source { get; } = new() { TopFolder = new TopFolder.Stripped(null), IsSource = true };

    /// <summary>For source archives without a top folder.</summary>
    public static TarRules FlatSource { get; } = new() { IsSource = true };

    /// <summary>Whether it is a source, of which <see cref="SourceEntries"/> says what is in the tree. Everything else must be in it as it is, or is refused.</summary>
    public bool IsSource { get; init; }

    /// <summary>What becomes of the top folder.</summary>
    public TopFolder TopFolder { get; init; } = new TopFolder.Kept();

    /// <summary>Directories that stand elsewhere in the tree; the first that holds a path moves it.</summary>
    public ImmutableArray<DirectoryMove> Moves { get; init; } = [];

    /// <summary>Paths of the tree (after stripping and moving) that are left out. A directory that holds something else is made all the same.</summary>
    public GlobSet Omissions { get; init; } = GlobSet.Empty;
}

/// <summary>What becomes of the top folder that source archives have.</summary>
public abstract record TopFolder
{
    /// <summary>Nothing: the archive is the tree.</summary>
    public sealed record Kept : TopFolder;

    /// <summary>The archive must have exactly one top folder, whose content is the tree.</summary>
    /// <param name="Path">What it must be called; or a folder in it, beside which everything is left out. Null when any name is right.</param>
    public sealed record Stripped(RelativePath? Path) : TopFolder;
}

/// <summary>A directory that stands elsewhere: <c>lib</c> as <c>usr/lib</c> where <c>/usr</c> is merged.</summary>
/// <param name="From">Where the archive has it.</param>
/// <param name="To">Where the tree has it.</param>
public sealed record DirectoryMove(RelativePath From, RelativePath To)
{
    /// <summary>Where a path stands after the first of the moves that concerns it.</summary>
    public static RelativePath Apply(ImmutableArray<DirectoryMove> moves, RelativePath path)
    {
        foreach (var move in moves)
        {
            if (!path.IsWithin(move.From))
                continue;

            return path == move.From ? move.To : move.To.Combine(RelativePath.Parse(path.Value[(move.From.Value.Length + 1)..]));
        }

        return path;
    }
}
