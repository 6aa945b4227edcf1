using System.Text;
using Monogres.Core;

namespace Monogres.Store.Trees;

/// <summary>
/// Trees that are known here while their files are at a shared cache, since nobody has needed them here yet: an entry of the memo
/// says so, so that a check of the store does not take their files for lost ones.
/// </summary>
public static class LeftElsewhere
{
    /// <summary>Remembers that the files of the tree, whose directories are here, were left.</summary>
    public static ValueTask MarkAsync(IMemo memo, Digest tree, CancellationToken cancel) => memo.PutAsync(KeyOf(tree), new MemoEntry(tree), cancel);

    /// <summary>Whether the entry says that the files of its tree were left.</summary>
    public static bool IsMark(Digest key, MemoEntry entry) => key == KeyOf(entry.Tree);

    private static Digest KeyOf(Digest tree) => Digest.Of(Encoding.UTF8.GetBytes($"left elsewhere 1\n{tree}"));
}
