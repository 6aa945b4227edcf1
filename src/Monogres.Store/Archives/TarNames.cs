using System.Text;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Archives;

/// <summary>Turns the names and link targets that an archive writes into paths of the tree, or refuses them.</summary>
internal sealed class TarNames(TarRules rules)
{
    /// <summary>The longest name of one directory entry on every Linux file system, in bytes (NAME_MAX).</summary>
    private const int MaxSegmentBytes = 255;

    /// <summary>The longest path that the kernel takes, without its final NUL (PATH_MAX).</summary>
    private const int MaxPathBytes = 4095;

    /// <summary>Deeper trees do not occur, and exhaust the stack of whoever walks them.</summary>
    private const int MaxDepth = 200;

    private bool _found;

    private RelativePath? _top = (rules.TopFolder as TopFolder.Stripped)?.Path;

    /// <summary>The path in the archive: <c>./</c>, doubled and trailing slashes dropped.</summary>
    /// <exception cref="ArchiveException">The name is absolute, has <c>..</c>, or cannot be a path here.</exception>
    public static RelativePath Parse(string name, string entry, string what)
    {
        if (name.StartsWith('/'))
            throw new ArchiveException($"has an absolute {what}", entry);

        var text = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        if (text.EndsWith('/'))
            text = text[..^1];
        if (!RelativePath.TryParse(text, out var path) && (HasParent(name) || !RelativePath.TryResolve(RelativePath.Root, name, out path)))
            throw new ArchiveException(HasParent(name) ? $"has `..` in its {what}" : $"has a {what} with a NUL character", entry);

        RefuseUnusable(path, entry, what);
        return path;
    }

    /// <summary>Whether a path stands in the right top folder, but beside the folder in it that is the tree.</summary>
    public bool IsOutsideTopFolder(RelativePath path) => rules.TopFolder is TopFolder.Stripped && _top is { } top && !path.IsRoot
        && string.Equals(path.Segments[0], top.Segments[0], StringComparison.Ordinal) && !path.IsWithin(top) && !top.IsWithin(path);

    /// <summary>Refuses an archive in which nothing stood in the folder that is the tree.</summary>
    /// <exception cref="ArchiveException">It is one.</exception>
    public void RefuseMissing()
    {
        if (rules.TopFolder is TopFolder.Stripped { Path: { } path } && !_found)
            throw new ArchiveException($"the archive has no folder `{path}`");
    }

    /// <summary>The path without the top folder, or null for the top folder itself and for what is above it.</summary>
    /// <exception cref="ArchiveException">The path is in another top folder.</exception>
    public RelativePath? Strip(RelativePath path, string entry)
    {
        if (rules.TopFolder is not TopFolder.Stripped || path.IsRoot)
            return path.IsRoot ? null : path;

        var top = _top ??= RelativePath.Parse(path.Segments[0]);
        _found |= path.IsWithin(top);
        if (path == top || top.IsWithin(path))
            return null;

        return path.IsWithin(top)
            ? RelativePath.Parse(path.Value[(top.Value.Length + 1)..])
            : throw new ArchiveException($"is not in the one top folder `{top}` that was expected", entry);
    }

    /// <summary>The place in the tree of a path without top folder.</summary>
    public RelativePath Move(RelativePath path) => DirectoryMove.Apply(rules.Moves, path);

    /// <summary>
    /// Where a symbolic link points, and the text of a relative link to there. A relative target whose <c>..</c> are all
    /// in front and that no move concerns stays as it is; every other one is made anew from the path that it means when
    /// no directory on the way is a link. With all <c>..</c> in front, no chain of links can lead out of the tree.
    /// </summary>
    /// <param name="archived">The place of the link in the archive, without top folder.</param>
    /// <param name="target">What the archive writes.</param>
    /// <param name="entry">The name of the entry.</param>
    /// <exception cref="ArchiveException">The target is outside of the tree.</exception>
    public (RelativePath Target, string Text) Link(RelativePath archived, string target, string entry)
    {
        if (target.Length == 0)
            throw new ArchiveException("is a symbolic link to nothing", entry);
        if (target.Contains('\uFFFD', StringComparison.Ordinal))
            throw new ArchiveException("is a symbolic link whose target is not UTF-8", entry);

        if (!RelativePath.TryResolve(archived.Parent, target, out var meant))
            throw new ArchiveException($"is a symbolic link to `{target}`, outside of the archive", entry);

        RefuseUnusable(meant, entry, "target");
        RelativePath place = Move(archived), destination = Move(meant);
        var keep = !target.StartsWith('/') && place == archived && destination == meant && !SourceEntries.HasParentAfterName(target);
        return (destination, keep ? target : place.Parent.LinkTo(destination));
    }

    /// <summary>The text of a symbolic link of a source; null, and the reason, when it is left out.</summary>
    /// <param name="archived">The place of the link, without top folder.</param>
    /// <param name="target">What the archive writes.</param>
    /// <param name="entry">The name of the entry.</param>
    /// <param name="reason">Why it is left out, as what follows its name.</param>
    /// <exception cref="ArchiveException">The target cannot be a path here.</exception>
    public static string? SourceLink(RelativePath archived, string target, string entry, out string reason)
    {
        var text = SourceEntries.LinkIn(archived.Parent, target, out reason);
        if (text is not null && RelativePath.TryResolve(archived.Parent, text, out var meant))
            RefuseUnusable(meant, entry, "target");
        return text;
    }

    private static bool HasParent(string name) => name.Split('/').Contains("..", StringComparer.Ordinal);

    private static void RefuseUnusable(RelativePath path, string entry, string what)
    {
        // The reader decodes what is not UTF-8 to this character: two names would become one.
        if (path.Value.Contains('\uFFFD', StringComparison.Ordinal))
            throw new ArchiveException($"has a {what} that is not UTF-8", entry);
        if (path.Value.Length < MaxSegmentBytes / 3)
            return;

        if (Encoding.UTF8.GetByteCount(path.Value) > MaxPathBytes || path.Value.AsSpan().Count('/') >= MaxDepth)
            throw new ArchiveException($"has a {what} that is too long", entry[..Math.Min(entry.Length, MaxSegmentBytes)] + "…");
        foreach (var segment in path.Value.AsSpan().Split('/'))
        {
            if (Encoding.UTF8.GetByteCount(path.Value.AsSpan()[segment]) > MaxSegmentBytes)
                throw new ArchiveException($"has a {what} that is too long", entry[..Math.Min(entry.Length, MaxSegmentBytes)] + "…");
        }
    }
}
