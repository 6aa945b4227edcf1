using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Outputs;

/// <summary>Everything in an output tree, as whoever ran the action gave it: an engine is not believed to have given a canonical tree.</summary>
internal sealed class OutputListing
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public List<RelativePath> Directories { get; } = [];

    public List<TreeEntry.File> Files { get; } = [];

    public List<TreeEntry.Symlink> Links { get; } = [];

    /// <summary>Entries that no tree may have.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Whether anything stands at the path.</summary>
    public bool Has(RelativePath path) => _paths.Contains(path.Value);

    /// <summary>Reads every directory of a tree.</summary>
    /// <exception cref="BlobMissingException">A directory is not in the store.</exception>
    public static async Task<OutputListing> ReadAsync(IBlobStore blobs, Digest root, CancellationToken cancel)
    {
        var listing = new OutputListing();
        var pending = new Stack<(RelativePath At, Digest Directory)>([(RelativePath.Root, root)]);
        while (pending.TryPop(out var next))
        {
            var message = await blobs.ReadMessageAsync(Wire.Directory.Parser, next.Directory, cancel);
            foreach (var file in message.Files)
            {
                if (listing.Add(next.At, file.Name) is { } path)
                    listing.Files.Add(new TreeEntry.File(path, file.Digest.ToDigest(), file.IsExecutable));
            }

            foreach (var link in message.Symlinks)
            {
                if (listing.Add(next.At, link.Name) is { } path)
                    listing.Links.Add(new TreeEntry.Symlink(path, link.Target));
            }

            foreach (var child in message.Directories)
            {
                if (listing.Add(next.At, child.Name) is not { } path)
                    continue;

                listing.Directories.Add(path);
                pending.Push((path, child.Digest.ToDigest()));
            }
        }

        return listing;
    }

    private RelativePath? Add(RelativePath at, string name)
    {
        // What is not UTF-8 is decoded to this character.
        if (name.Contains('\uFFFD', StringComparison.Ordinal))
        {
            Problems.Add(OutputProblems.NameNotUtf8(at, name));
        }
        else if (!RelativePath.IsSegment(name))
        {
            Problems.Add(OutputProblems.NotAName(at, name));
        }
        else if (!_paths.Add(at.Child(name).Value))
        {
            Problems.Add(OutputProblems.Twice(at.Child(name)));
        }
        else
        {
            return at.Child(name);
        }

        return null;
    }
}
