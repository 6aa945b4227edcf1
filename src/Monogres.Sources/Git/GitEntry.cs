using System.Text;

namespace Monogres.Sources.Git;

/// <summary>What an entry of a directory in git is.</summary>
public enum GitEntryKind
{
    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A file.</summary>
    File,

    /// <summary>A file that can be run.</summary>
    Executable,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A commit of another repository.</summary>
    Submodule,
}

/// <summary>A file, link or directory of a commit.</summary>
/// <param name="Path">Its path from the top, without a leading slash.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Id">The id of its content.</param>
public sealed record GitEntry(string Path, GitEntryKind Kind, string Id)
{
    private const int IdLength = 20;

    /// <summary>The entries of a directory: each is <c>MODE NAME\0</c> and the id as bytes.</summary>
    internal static IEnumerable<GitEntry> In(GitObject tree, string id, string above)
    {
        if (tree.Kind is not GitObjectKind.Tree)
            throw GitErrors.Damaged(id, "it is no directory");

        for (var rest = tree.Content; !rest.IsEmpty;)
        {
            var (space, end) = (rest.Span.IndexOf((byte)' '), rest.Span.IndexOf((byte)0));
            if (space < 0 || end < space || rest.Length < end + 1 + IdLength)
                throw GitErrors.Damaged(id, "an entry is cut off");

            yield return new GitEntry(
                above + Encoding.UTF8.GetString(rest.Span[(space + 1)..end]),
                KindOf(Encoding.ASCII.GetString(rest.Span[..space]), id),
                Convert.ToHexStringLower(rest.Span.Slice(end + 1, IdLength)));
            rest = rest[(end + 1 + IdLength)..];
        }
    }

    // Old repositories also have files that their group may write.
    private static GitEntryKind KindOf(string mode, string id) => mode switch
    {
        "40000" => GitEntryKind.Directory,
        "100644" or "100664" => GitEntryKind.File,
        "100755" => GitEntryKind.Executable,
        "120000" => GitEntryKind.Link,
        "160000" => GitEntryKind.Submodule,
        _ => throw GitErrors.Damaged(id, $"it has the unknown mode {mode}"),
    };
}
