using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>
/// What a build installed, so that it fits beside other payloads and works wherever it is unpacked: the documentation of an
/// extension is in a directory of its own, and descriptions for pkg-config find the prefix from where they are.
/// </summary>
/// <param name="blobs">Has the files, and gets those that change.</param>
/// <param name="prefix">Where it is installed.</param>
/// <param name="extension">The extension whose documentation is moved; null for a server.</param>
internal sealed class PayloadFiles(IBlobStore blobs, RelativePath prefix, ProjectName? extension)
{
    // PGXS installs the documentation of every extension into one of these, so that two with a README would clash.
    private static readonly string[] SharedDirectories = ["extension", "contrib"];

    /// <summary>The tree with these files at the prefix.</summary>
    /// <param name="installation">What is installed, from the prefix on.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="TreeConflictException">Two different files of the documentation would have one path.</exception>
    public async Task<Digest> WriteAsync(Digest installation, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(prefix);
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, installation, cancel))
        {
            var place = PlaceOf(entry.Path);
            var path = prefix.Combine(place);
            switch (entry)
            {
                case TreeEntry.Directory when place == entry.Path:
                    tree.AddDirectory(path);
                    break;
                case TreeEntry.File file:
                    var content = PkgConfigFile.IsOne(file.Path) ? await PkgConfigFile.RelocateAsync(blobs, file, prefix, cancel) : file.Content;
                    if (tree.FindFile(path) is { } other && other.Content != content)
                        throw new TreeConflictException(path, "would be two different files");
                    tree.AddFile(path, content, file.Executable);
                    break;
                case TreeEntry.Symlink link:
                    tree.AddSymlink(path, TargetOf(link, place));
                    break;
            }
        }

        return await tree.WriteAsync(blobs, cancel);
    }

    /// <summary>Where something goes: what is below <c>share/doc</c> of an extension, below <c>share/doc/extension/NAME</c>.</summary>
    private RelativePath PlaceOf(RelativePath path)
    {
        if (extension is not { } name || !path.IsWithin(InstallationLayout.Documentation))
            return path;

        var rest = path.Segments.AsSpan(InstallationLayout.Documentation.Segments.Length);
        if (rest.Length > 0 && SharedDirectories.Contains(rest[0], StringComparer.Ordinal))
            rest = rest[1..];
        if (rest.Length > 0 && string.Equals(rest[0], name.Value, StringComparison.Ordinal))
            rest = rest[1..];

        var place = InstallationLayout.Documentation.Child(SharedDirectories[0]).Child(name.Value);
        foreach (var segment in rest)
            place = place.Child(segment);
        return place;
    }

    /// <summary>The target of a link, which may have moved, and may lead to what has moved.</summary>
    private string TargetOf(TreeEntry.Symlink link, RelativePath place)
    {
        if (!RelativePath.TryResolve(prefix.Combine(link.Path.Parent), link.Target, out var target))
            return link.Target;

        var destination = target.IsWithin(prefix) && target != prefix ? prefix.Combine(PlaceOf(RelativePath.Parse(target.Value[(prefix.Value.Length + 1)..]))) : target;
        return place == link.Path && destination == target ? link.Target : prefix.Combine(place).Parent.LinkTo(destination);
    }
}
