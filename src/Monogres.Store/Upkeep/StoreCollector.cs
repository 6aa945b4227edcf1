using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Store.Local;

namespace Monogres.Store.Upkeep;

/// <summary>What to collect.</summary>
public sealed record CollectRequest
{
    /// <summary>Remove what was last used longer ago than this, or null.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Then remove what was used longest ago until blobs and results have at most so many bytes, or null.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Whether to say only what would be removed.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was removed, or would be.</summary>
/// <param name="Entries">The keys of remembered results: entries of the memo, then results of actions.</param>
/// <param name="Blobs">Blobs; an executable twin does not count.</param>
/// <param name="Roots">Materialised trees.</param>
/// <param name="PartialDownloads">Downloads that were never completed.</param>
/// <param name="Bytes">The bytes of all these.</param>
/// <param name="BytesLeft">The bytes of blobs and results that stay.</param>
public sealed record CollectReport(
    ImmutableArray<Digest> Entries, ImmutableArray<Digest> Blobs, ImmutableArray<string> Roots, ImmutableArray<string> PartialDownloads, long Bytes, long BytesLeft);

/// <summary>
/// Garbage collection. There is one rule: a blob was last used when it was used itself, or when a remembered result or a
/// materialised tree that needs it was used, whichever is later; and everything last used before one moment goes. So a
/// result never stays without its blobs. The result of an action is used with the entry of the memo that names it.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="time">Now.</param>
public sealed class StoreCollector(LocalStore store, TimeProvider time)
{
    /// <summary>Collects. The caller holds the whole store (<see cref="Locks.StoreLocks.LockExclusiveAsync"/>), unless it is a dry run.</summary>
    /// <exception cref="UserErrorException">The store cannot be read or written.</exception>
    public CollectReport Run(CollectRequest request, CancellationToken cancel)
    {
        try
        {
            var inventory = StoreInventory.Of(store);
            var uses = UsesOf(inventory, cancel);
            var (before, left) = Cut(request, inventory, uses);

            var entries = inventory.Entries.Where(entry => entry.IsDamaged || entry.LastUse < before).ToImmutableArray();
            var blobs = inventory.Blobs.Where(blob => uses[blob.Digest.Hash] < before).ToImmutableArray();
            var roots = inventory.Roots.Where(root => root.LastUse < before).ToImmutableArray();
            var partial = Directory.EnumerateFiles(store.DownloadsDirectory).Order(StringComparer.Ordinal)
                .Select(path => (path, facts: LibC.Stat(path))).Where(file => file.facts?.LastWrite < before).ToImmutableArray();

            if (!request.DryRun)
            {
                // Results first: stopped at any point, what remains is still complete.
                Remove(entries.Select(entry => entry.File.Path), cancel);
                foreach (var root in roots)
                {
                    cancel.ThrowIfCancellationRequested();
                    ForcedDeletion.Delete(root.Path);
                }

                Remove(blobs.Select(blob => blob.File.Path), cancel);
                Remove(partial.Select(file => file.path), cancel);
            }

            return new CollectReport(
                [.. entries.Select(entry => entry.Key)],
                [.. blobs.Where(blob => !blob.IsTwin).Select(blob => blob.Digest)],
                [.. roots.Select(root => root.Path)],
                [.. partial.Select(file => file.path)],
                entries.Sum(entry => entry.File.Facts.Size) + blobs.Sum(blob => blob.Digest.Size) + partial.Sum(file => file.facts?.Size ?? 0),
                left);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, store.Directory);
        }
    }

    /// <summary>When each blob was last used, by the rule above.</summary>
    private Dictionary<Sha256Hash, DateTimeOffset> UsesOf(StoreInventory inventory, CancellationToken cancel)
    {
        var uses = new Dictionary<Sha256Hash, DateTimeOffset>();
        foreach (var blob in inventory.Blobs)
            Use(blob.Digest.Hash, blob.File.Facts.LastUse);

        // The latest first: what one of them has reached, a later one need not walk again.
        var users = inventory.Entries
            .Select(entry => (use: entry.LastUse, needs: entry.Needs(store.Blobs)))
            .Concat(inventory.Roots.Where(root => root.Tree is not null)
                .Select(root => (use: root.LastUse, needs: Enumerable.Repeat(new Reference(root.Tree!.Value, ReferenceKind.Directory), 1))))
            .OrderByDescending(user => user.use);
        var seen = new HashSet<Reference>();
        foreach (var (use, needs) in users)
        {
            cancel.ThrowIfCancellationRequested();
            var pending = new Stack<Reference>(needs);
            while (pending.TryPop(out var reference))
            {
                if (!seen.Add(reference))
                    continue;

                Use(reference.Blob.Hash, use);
                foreach (var needed in References.Of(store.Blobs, reference))
                    pending.Push(needed);
            }
        }

        return uses;

        void Use(Sha256Hash hash, DateTimeOffset use)
        {
            if (!uses.TryGetValue(hash, out var known) || known < use)
                uses[hash] = use;
        }
    }

    /// <summary>The moment before which everything goes, and the bytes that are left then.</summary>
    private (DateTimeOffset Before, long BytesLeft) Cut(CollectRequest request, StoreInventory inventory, Dictionary<Sha256Hash, DateTimeOffset> uses)
    {
        var before = request.OlderThan is { } age ? time.GetUtcNow() - age : DateTimeOffset.MinValue;
        var sizes = inventory.Blobs.Select(blob => (use: uses[blob.Digest.Hash], size: blob.Digest.Size))
            .Concat(inventory.Entries.Where(entry => !entry.IsDamaged).Select(entry => (use: entry.LastUse, size: entry.File.Facts.Size)))
            .Where(item => item.use >= before)
            .GroupBy(item => item.use, (use, items) => (use, size: items.Sum(item => item.size)))
            .OrderBy(moment => moment.use).ToArray();
        var left = sizes.Sum(moment => moment.size);
        foreach (var (use, size) in sizes)
        {
            if (left <= (request.MaxSize ?? long.MaxValue))
                break;

            before = use.AddTicks(1);
            left -= size;
        }

        return (before, left);
    }

    private static void Remove(IEnumerable<string> paths, CancellationToken cancel)
    {
        foreach (var path in paths)
        {
            cancel.ThrowIfCancellationRequested();
            LibC.Unlink(path);
        }
    }
}
