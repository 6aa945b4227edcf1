using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Store.Local;

namespace Monogres.Store.Upkeep;

/// <summary>How much of one kind the store holds.</summary>
/// <param name="Kind">What.</param>
/// <param name="Count">How many.</param>
/// <param name="Bytes">Their content in bytes; for materialised trees what they take besides the blobs they are linked from, which is not counted: 0.</param>
/// <param name="OldestUse">When the one that was used longest ago was last used (exact to a day), or null when there is none.</param>
public sealed record StoreShare(StoredKind Kind, long Count, long Bytes, DateTimeOffset? OldestUse);

/// <summary>What a store holds.</summary>
public enum StoredKind
{
    /// <summary>Content by digest.</summary>
    Blob,

    /// <summary>Copies of blobs that are executable.</summary>
    ExecutableTwin,

    /// <summary>Remembered results of actions.</summary>
    ActionResult,

    /// <summary>What steps gave on this machine.</summary>
    MemoEntry,

    /// <summary>Materialised trees, which hard-link blobs.</summary>
    Root,

    /// <summary>Downloads that are not complete.</summary>
    PartialDownload,

    /// <summary>Logs of the tool itself.</summary>
    Log,

    /// <summary>What is being written, run or built now.</summary>
    InProgress,
}

/// <summary>How much the store holds, per kind.</summary>
/// <param name="Shares">One for each kind, in the order of the kinds.</param>
public sealed record StoreStats(ImmutableArray<StoreShare> Shares)
{
    /// <summary>All bytes.</summary>
    public long Bytes => Shares.Sum(share => share.Bytes);

    /// <summary>Counts what is there; other processes may work meanwhile.</summary>
    /// <exception cref="UserErrorException">The store cannot be read.</exception>
    public static StoreStats Of(LocalStore store, CancellationToken cancel)
    {
        try
        {
            var shares = new Dictionary<StoredKind, Count>();
            foreach (var file in store.Blobs.Files())
            {
                cancel.ThrowIfCancellationRequested();
                Count(file.Name.EndsWith(".x", StringComparison.Ordinal) ? StoredKind.ExecutableTwin : StoredKind.Blob, file.Facts.Size, file.Facts.LastUse);
            }

            foreach (var file in store.Actions.Files())
                Count(StoredKind.ActionResult, file.Facts.Size, file.Facts.LastUse);
            foreach (var file in store.Memo.Files())
                Count(StoredKind.MemoEntry, file.Facts.Size, file.Facts.LastUse);
            foreach (var path in Directory.EnumerateDirectories(store.RootsDirectory))
                Count(StoredKind.Root, 0, LibC.Stat(path)?.LastUse ?? default);
            foreach (var (kind, directory) in new[] { (StoredKind.PartialDownload, store.DownloadsDirectory), (StoredKind.Log, store.LogsDirectory), (StoredKind.InProgress, store.TemporaryDirectory) })
            {
                foreach (var path in Directory.EnumerateFiles(directory))
                {
                    if (LibC.Stat(path) is { } facts)
                        Count(kind, facts.Size, facts.LastUse);
                }
            }

            foreach (var path in Directory.EnumerateFileSystemEntries(store.WorkDirectory))
                Count(StoredKind.InProgress, 0, LibC.Stat(path)?.LastUse ?? default);

            return new StoreStats([.. Enum.GetValues<StoredKind>().Select(kind => shares.TryGetValue(kind, out var count)
                ? new StoreShare(kind, count.Files, count.Bytes, count.OldestUse)
                : new StoreShare(kind, 0, 0, null))]);

            void Count(StoredKind kind, long bytes, DateTimeOffset use) => shares[kind] = shares.TryGetValue(kind, out var so)
                ? new Count(so.Files + 1, so.Bytes + bytes, use < so.OldestUse ? use : so.OldestUse)
                : new Count(1, bytes, use);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, store.Directory);
        }
    }

    private readonly record struct Count(long Files, long Bytes, DateTimeOffset OldestUse);
}
