using System.Buffers.Binary;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <summary>
/// The memo as files, each with the digests of tree, action and file in 40 bytes: the hash, then the size (little-endian).
/// A digest that the entry does not have is 40 zero bytes. Described in <c>docs/reference/store.md</c>. Safe for several
/// threads and processes.
/// </summary>
/// <param name="directory">Holds the entries; absolute.</param>
/// <param name="temporary">Names on the same file system.</param>
/// <param name="time">For the day of last use.</param>
public sealed class DiskMemo(string directory, TemporaryNames temporary, TimeProvider time) : IMemo
{
    private const int DigestLength = Sha256Hash.Length + sizeof(long);
    private const int EntryLength = 3 * DigestLength;

    private readonly EntryFiles _files = new(directory, temporary, time);

    /// <inheritdoc/>
    public ValueTask<MemoEntry?> FindAsync(Digest key, CancellationToken cancel) => new(_files.Find(key) is { } content ? Parse(content) : null);

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest key, MemoEntry entry, CancellationToken cancel)
    {
        Span<byte> content = stackalloc byte[EntryLength];
        content.Clear();
        Write(content, entry.Tree);
        Write(content[DigestLength..], entry.Action);
        Write(content[(2 * DigestLength)..], entry.File);
        _files.Put(key, content);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Digest key, CancellationToken cancel)
    {
        _files.Remove(key);
        return ValueTask.CompletedTask;
    }

    /// <summary>The entry in a file, or null when there is none or it is damaged. Does not count as use.</summary>
    internal MemoEntry? Read(string path) => _files.Read(path, out _) is { } content ? Parse(content) : null;

    /// <inheritdoc cref="EntryFiles.UpgradeFromFormat2"/>
    internal void UpgradeFromFormat2() => _files.UpgradeFromFormat2();

    /// <summary>Every file that stands where entries are.</summary>
    internal IEnumerable<StoredFile> Files() => _files.All();

    private static MemoEntry? Parse(ReadOnlySpan<byte> content) => content.Length == EntryLength && ReadDigest(content) is { } tree
        ? new MemoEntry(tree) { Action = ReadDigest(content[DigestLength..]), File = ReadDigest(content[(2 * DigestLength)..]) }
        : null;

    private static void Write(Span<byte> to, Digest? digest)
    {
        if (digest is not { } known)
            return;

        known.Hash.CopyTo(to);
        BinaryPrimitives.WriteInt64LittleEndian(to[Sha256Hash.Length..], known.Size);
    }

    private static Digest? ReadDigest(ReadOnlySpan<byte> from) => from[..DigestLength].ContainsAnyExcept((byte)0)
        ? new Digest(new Sha256Hash(from[..Sha256Hash.Length]), BinaryPrimitives.ReadInt64LittleEndian(from[Sha256Hash.Length..]))
        : null;
}
