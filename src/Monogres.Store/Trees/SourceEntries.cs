using Monogres.Core;

namespace Monogres.Store.Trees;

/// <summary>
/// What of a directory or an archive is source. One rule for both, so that the same files give the same tree: what version
/// control and macOS keep beside the files is ignored, and what cannot be in a tree is left out and reported.
/// </summary>
public static class SourceEntries
{
    // `._x` holds what a file system of another kind cannot keep of `x` (AppleDouble); tar on macOS writes one for each file.
    private const string AppleDouble = "._";

    private static readonly string[] Ignored = [".git", ".hg", ".svn", "__MACOSX", ".DS_Store"];

    /// <summary>Why a pipe, socket or device is left out, as what follows its name.</summary>
    public const string NoFile = "is no file, directory or symbolic link";

    /// <summary>Whether an entry of that name, and all below it, is no part of a source.</summary>
    public static bool IsIgnored(string name) => Ignored.Contains(name, StringComparer.Ordinal) || name.StartsWith(AppleDouble, StringComparison.Ordinal);

    /// <summary>Whether a path, or a directory above it, is no part of a source.</summary>
    public static bool IsIgnored(RelativePath path) => path.Segments.Any(IsIgnored);

    /// <summary>The text of a symbolic link in the tree; null when it cannot be there.</summary>
    /// <param name="directory">The directory of the link.</param>
    /// <param name="target">Where it points.</param>
    /// <param name="reason">Why it cannot, as what follows its name.</param>
    public static string? LinkIn(RelativePath directory, string target, out string reason)
    {
        reason = target.StartsWith('/') ? $"is a symbolic link to the absolute path `{target}`" : $"is a symbolic link to `{target}`, which leads out of the source";
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\uFFFD', StringComparison.Ordinal) || !RelativePath.TryResolve(directory, target, out var meant))
            return null;

        // With all `..` in front, no chain of links can lead out of the tree.
        return HasParentAfterName(target) ? directory.LinkTo(meant) : target;
    }

    /// <summary>Whether a target goes up again after it went down.</summary>
    internal static bool HasParentAfterName(string target) =>
        target.Split('/').SkipWhile(segment => segment is "" or "." or "..").Contains("..", StringComparer.Ordinal);
}

/// <summary>An entry of a source that is not in its tree.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Reason">Why it is not, as what follows its name: <c>is a symbolic link to `../x`, which leads out of the source</c>.</param>
public sealed record OmittedEntry(RelativePath Path, string Reason);
