using Google.Protobuf;
using Monogres.Core;
using Monogres.Store.Disk;
using Wire = Monogres.Protocol;

namespace Monogres.Store.Upkeep;

/// <summary>A blob that something needs, and how it is read.</summary>
internal readonly record struct Reference(Digest Blob, ReferenceKind Kind);

internal enum ReferenceKind
{
    /// <summary>Content that names no other.</summary>
    Content,

    /// <summary>A REAPI <c>Directory</c>.</summary>
    Directory,

    /// <summary>A REAPI <c>Tree</c>.</summary>
    Tree,
}

/// <summary>Which blobs need which others. Reading them for that is no use.</summary>
internal static class References
{
    /// <summary>What a remembered result needs directly: its files, logs and trees, and the action itself, so that it can be explained.</summary>
    public static IEnumerable<Reference> Of(DiskBlobStore blobs, Digest action, Wire.ActionResult result)
    {
        foreach (var file in result.OutputFiles)
        {
            if (TryDigest(file.Digest) is { } digest)
                yield return new Reference(digest, ReferenceKind.Content);
        }

        foreach (var log in new[] { result.StdoutDigest, result.StderrDigest })
        {
            if (TryDigest(log) is { } digest)
                yield return new Reference(digest, ReferenceKind.Content);
        }

        foreach (var directory in result.OutputDirectories)
        {
            if (TryDigest(directory.RootDirectoryDigest) is { } root)
                yield return new Reference(root, ReferenceKind.Directory);
            if (TryDigest(directory.TreeDigest) is { } tree)
                yield return new Reference(tree, ReferenceKind.Tree);
        }

        // A result can be had from elsewhere, where nobody need have stored the action.
        if (blobs.ReadQuietly(action) is not { } bytes)
            yield break;

        yield return new Reference(action, ReferenceKind.Content);
        if (TryDigest(Parse(Wire.Action.Parser, bytes)?.CommandDigest) is { } command && blobs.IsWhole(command))
            yield return new Reference(command, ReferenceKind.Content);
    }

    /// <summary>What an entry of the memo needs directly: its tree. The file that the tree came from is not needed any more, and the action has an entry of its own.</summary>
    public static IEnumerable<Reference> Of(MemoEntry entry) => [new Reference(entry.Tree, ReferenceKind.Directory)];

    /// <summary>What a blob needs directly. A message that is missing or damaged needs nothing: that itself is the problem.</summary>
    public static IReadOnlyList<Reference> Of(DiskBlobStore blobs, Reference reference)
    {
        if (reference.Kind == ReferenceKind.Content || blobs.ReadQuietly(reference.Blob) is not { } bytes)
            return [];

        return reference.Kind == ReferenceKind.Directory
            ? [.. OfDirectory(Parse(Wire.Directory.Parser, bytes), withChildren: true)]
            : Parse(Wire.Tree.Parser, bytes) is { } tree
                ? [.. tree.Children.Append(tree.Root).SelectMany(directory => OfDirectory(directory, withChildren: false))]
                : [];
    }

    private static IEnumerable<Reference> OfDirectory(Wire.Directory? directory, bool withChildren)
    {
        foreach (var file in directory?.Files ?? [])
        {
            if (TryDigest(file.Digest) is { } digest)
                yield return new Reference(digest, ReferenceKind.Content);
        }

        foreach (var child in withChildren ? directory?.Directories ?? [] : [])
        {
            if (TryDigest(child.Digest) is { } digest)
                yield return new Reference(digest, ReferenceKind.Directory);
        }
    }

    private static Digest? TryDigest(Wire.Digest? digest) =>
        digest is not null && Sha256Hash.TryParse(digest.Hash, out var hash) ? new Digest(hash, digest.SizeBytes) : null;

    private static T? Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
