using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Trees;

/// <summary>The form in which we write directories, and so the only one in which a result of others is taken.</summary>
internal static class CanonicalDirectory
{
    /// <summary>Whether the message is in this form: its entries written anew give the same digest.</summary>
    /// <param name="message">What a blob was read as.</param>
    /// <param name="digest">Of the blob.</param>
    public static bool Is(Wire.Directory message, Digest digest)
    {
        string[] names = [.. message.Files.Select(file => file.Name), .. message.Directories.Select(child => child.Name), .. message.Symlinks.Select(link => link.Name)];
        if (names.Any(name => !RelativePath.IsSegment(name)) || names.Distinct(StringComparer.Ordinal).Count() != names.Length || message.Symlinks.Any(link => link.Target.StartsWith('/')))
            return false;

        var written = new Wire.Directory();
        written.Files.AddRange(message.Files.OrderBy(file => file.Name, Utf8Order.Comparer).Select(file => new Wire.FileNode { Name = file.Name, Digest = Plain(file.Digest), IsExecutable = file.IsExecutable }));
        written.Directories.AddRange(message.Directories.OrderBy(child => child.Name, Utf8Order.Comparer).Select(child => new Wire.DirectoryNode { Name = child.Name, Digest = Plain(child.Digest) }));
        written.Symlinks.AddRange(message.Symlinks.OrderBy(link => link.Name, Utf8Order.Comparer).Select(link => new Wire.SymlinkNode { Name = link.Name, Target = link.Target }));
        return written.DigestOf() == digest;
    }

    private static Wire.Digest Plain(Wire.Digest digest) => digest.ToDigest().ToWire();
}
