using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Actions.Outputs;

/// <summary>What an output tree turned into: a canonical tree, or the reasons why it cannot be one.</summary>
/// <param name="Root">The digest of the tree; without meaning when there are problems.</param>
/// <param name="Problems">What is in the way, a line each: first names and links, then canaries, each in the order of the paths.</param>
public readonly record struct CheckedOutput(Digest Root, ImmutableArray<string> Problems);

/// <summary>
/// The rules that every output goes through, whoever ran the action, so that the same files give the same digest. Of an
/// output remain names, contents, the executable bit, links that stay inside, and empty directories; entries are sorted,
/// and whatever else an engine says of them is dropped. Absolute links into the output become relative. Links that lead
/// out and files that hold a canary are problems.
/// </summary>
/// <param name="blobs">Has the output and the layers, and gets the canonical tree.</param>
/// <param name="canaries">What no file may hold.</param>
public sealed class OutputRules(IBlobStore blobs, CanaryScan canaries)
{
    /// <summary>Applies the rules to a tree.</summary>
    /// <param name="output">The root of the tree, in the store.</param>
    /// <param name="seenAt">Where the command saw it, below its <c>/</c>.</param>
    /// <param name="layers">The layers of the action: what a file of them holds, but for the first, is no leak.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A part of the output, or of a layer, is not in the store.</exception>
    public async Task<CheckedOutput> ApplyAsync(Digest output, RelativePath seenAt, IReadOnlyList<Digest> layers, CancellationToken cancel)
    {
        var listing = await OutputListing.ReadAsync(blobs, output, cancel);
        var tree = new TreeBuilder();
        foreach (var path in listing.Directories)
            tree.AddDirectory(path);
        foreach (var file in listing.Files)
            tree.AddFile(file.Path, file.Content, file.Executable);
        foreach (var link in listing.Links)
            AddLink(tree, listing, seenAt, link);

        var leaks = await new OutputLeaks(blobs, canaries).FindAsync(listing.Files, layers, cancel);
        return listing.Problems.Count + leaks.Count > 0
            ? new CheckedOutput(default, [.. listing.Problems.Order(StringComparer.Ordinal), .. leaks])
            : new CheckedOutput(await tree.WriteAsync(blobs, cancel), []);
    }

    private static void AddLink(TreeBuilder tree, OutputListing listing, RelativePath seenAt, TreeEntry.Symlink link)
    {
        var (path, target) = (link.Path, link.Target);
        if (target.Contains('\uFFFD', StringComparison.Ordinal))
        {
            listing.Problems.Add(OutputProblems.LinkNotUtf8(path));
        }
        else if (!target.StartsWith('/'))
        {
            if (RelativePath.TryResolve(path.Parent, target, out _))
                tree.AddSymlink(path, target);
            else
                listing.Problems.Add(OutputProblems.LinkLeadsOut(path, target));
        }
        else if (Inside(listing, seenAt, target) is { } inside)
        {
            tree.AddSymlink(path, path.Parent.LinkTo(inside));
        }
        else
        {
            listing.Problems.Add(OutputProblems.LinkToElsewhere(path, target));
        }
    }

    // An absolute link means its place in the command's root, or, where the output is a root to be installed (`make
    // install DESTDIR=…`), its place below that.
    private static RelativePath? Inside(OutputListing listing, RelativePath seenAt, string target)
    {
        if (!RelativePath.TryResolve(RelativePath.Root, target, out var absolute))
            return null;

        if (absolute.IsWithin(seenAt))
            return absolute == seenAt ? RelativePath.Root : RelativePath.Parse(absolute.Value[(seenAt.Value.Length + 1)..]);

        return listing.Has(absolute) ? absolute : null;
    }
}
