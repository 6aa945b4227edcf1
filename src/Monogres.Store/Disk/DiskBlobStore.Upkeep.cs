using Monogres.Core;

namespace Monogres.Store.Disk;

/// <content>Looking at blobs without using them.</content>
public sealed partial class DiskBlobStore
{
    /// <summary>Every file that stands where blobs are; a blob and its executable twin are two.</summary>
    internal IEnumerable<StoredFile> Files() => StoredFile.Below(_directory);

    /// <summary>Whether the blob is here with its size.</summary>
    internal bool IsWhole(Digest digest) => digest == Digest.Empty || LibC.Stat(PlainPath(digest))?.Size == digest.Size;

    /// <summary>The content, not verified, or null when the blob is not here with its size.</summary>
    internal byte[]? ReadQuietly(Digest digest) =>
        digest == Digest.Empty ? [] : IsWhole(digest) ? UntouchedFile.ReadAll(PlainPath(digest)) : null;
}
