using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Monogres.Store.Trees;

namespace Monogres.Store.Upkeep;

/// <summary>Something in the store that is not as it must be. None of it can do harm that goes unnoticed; all of it can be restored.</summary>
public abstract record StoreProblem
{
    /// <summary>The content of a blob, or of its executable twin, does not have the hash in its name.</summary>
    /// <param name="Digest">The hash in the name and the size of the file.</param>
    /// <param name="Path">The file.</param>
    public sealed record DamagedBlob(Digest Digest, string Path) : StoreProblem;

    /// <summary>An entry of the action cache or of the memo cannot be read; it counts as none.</summary>
    /// <param name="Key">The action, or the key of the step.</param>
    /// <param name="Path">The file.</param>
    public sealed record DamagedEntry(Digest Key, string Path) : StoreProblem;

    /// <summary>An entry of the action cache or of the memo names a blob that is not here, or is damaged. Files that were left at a shared cache are no problem (<see cref="LeftElsewhere"/>).</summary>
    /// <param name="Key">The action, or the key of the step.</param>
    /// <param name="Path">The file.</param>
    /// <param name="Missing">The first such blob.</param>
    public sealed record IncompleteEntry(Digest Key, string Path, Digest Missing) : StoreProblem;

    /// <summary>An entry of the memo names an action, and another tree than the action's result does: one of both was changed.</summary>
    /// <param name="Key">The key of the step.</param>
    /// <param name="Path">The file.</param>
    /// <param name="Action">The action.</param>
    /// <param name="ActionPath">The file of its result.</param>
    public sealed record ContradictingEntry(Digest Key, string Path, Digest Action, string ActionPath) : StoreProblem;

    /// <summary>A materialised tree holds a file with content that its tree does not have.</summary>
    /// <param name="Path">The directory.</param>
    /// <param name="File">The first such file.</param>
    public sealed record DamagedRoot(string Path, string File) : StoreProblem;

    /// <summary>A file that the store did not put there.</summary>
    /// <param name="Path">The file.</param>
    public sealed record UnknownFile(string Path) : StoreProblem;
}

/// <summary>What a check found.</summary>
/// <param name="Blobs">How many blob files were hashed.</param>
/// <param name="Bytes">How many bytes they have.</param>
/// <param name="Entries">How many action results and entries of the memo were read.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="Repaired">Whether everything that is wrong was removed, so that it is restored when needed. Unknown files stay.</param>
public sealed record StoreCheckReport(long Blobs, long Bytes, long Entries, ImmutableArray<StoreProblem> Problems, bool Repaired);

/// <summary>Checks everything in a store: each blob against its name, each remembered result, and that all it names is here.</summary>
/// <param name="store">The store.</param>
public sealed class StoreCheck(LocalStore store)
{
    /// <summary>Checks on all cores.</summary>
    /// <param name="repair">Whether to remove what is damaged. The caller then holds the whole store (<see cref="Locks.StoreLocks.LockExclusiveAsync"/>).</param>
    /// <param name="checkedBytes">Told now and then how many bytes were hashed in all, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The store cannot be read, or not be repaired.</exception>
    public async Task<StoreCheckReport> RunAsync(bool repair, IProgress<long>? checkedBytes, CancellationToken cancel)
    {
        try
        {
            var inventory = StoreInventory.Of(store);
            var damaged = await FindDamagedAsync(inventory.Blobs, checkedBytes, cancel);
            var damagedHashes = damaged.Select(blob => blob.Digest.Hash).ToHashSet();
            var completeness = new Completeness(store.Blobs, damagedHashes, FilesElsewhere(inventory));

            var problems = ImmutableArray.CreateBuilder<StoreProblem>();
            problems.AddRange(damaged.Select(blob => new StoreProblem.DamagedBlob(blob.Digest, blob.File.Path)));
            foreach (var entry in inventory.Entries)
            {
                cancel.ThrowIfCancellationRequested();
                if (entry.IsDamaged)
                    problems.Add(new StoreProblem.DamagedEntry(entry.Key, entry.File.Path));
                else if (entry.Needs(store.Blobs).Select(completeness.FirstMissing).FirstOrDefault(missing => missing is not null) is { } missing)
                    problems.Add(new StoreProblem.IncompleteEntry(entry.Key, entry.File.Path, missing));
            }

            problems.AddRange(Contradictions(inventory.Entries));
            var check = new RootCheck(store.Blobs, inventory.Blobs.Except(damaged).Select(blob => blob.File.Facts.Identity).ToHashSet());
            foreach (var root in inventory.Roots)
            {
                if (check.FirstDamaged(root, cancel) is { } file)
                    problems.Add(new StoreProblem.DamagedRoot(root.Path, file));
            }

            problems.AddRange(inventory.UnknownFiles.Select(file => new StoreProblem.UnknownFile(file.Path)));
            if (repair)
                Repair(problems);

            return new StoreCheckReport(inventory.Blobs.Length, inventory.Blobs.Sum(blob => blob.Digest.Size), inventory.Entries.Length, problems.ToImmutable(), repair);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, store.Directory);
        }
    }

    // What a step gave is what the action gave that it ran.
    private static IEnumerable<StoreProblem> Contradictions(ImmutableArray<EntryFile> entries)
    {
        var results = entries.OfType<EntryFile.OfAction>().ToDictionary(entry => entry.Action);
        foreach (var entry in entries.OfType<EntryFile.OfMemo>())
        {
            if (entry.Entry is { Action: { } action, Tree: var tree } && results.TryGetValue(action, out var result) && result.Trees is { Length: > 0 } trees && !trees.Contains(tree))
                yield return new StoreProblem.ContradictingEntry(entry.Key, entry.File.Path, action, result.File.Path);
        }
    }

    private static async Task<ImmutableArray<BlobFile>> FindDamagedAsync(ImmutableArray<BlobFile> blobs, IProgress<long>? checkedBytes, CancellationToken cancel)
    {
        var damaged = new ConcurrentBag<BlobFile>();
        long done = 0;
        await Task.Run(
            () => Parallel.ForEach(blobs, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, blob =>
            {
                // Another process may have dropped it meanwhile.
                if (UntouchedFile.Hash(blob.File.Path, cancel) is { } hash && hash != blob.Digest.Hash)
                    damaged.Add(blob);
                checkedBytes?.Report(Interlocked.Add(ref done, blob.Digest.Size));
            }),
            cancel);
        return [.. damaged.OrderBy(blob => blob.File.Path, StringComparer.Ordinal)];
    }

    private HashSet<Digest> FilesElsewhere(StoreInventory inventory)
    {
        HashSet<Digest> files = [];
        HashSet<Reference> seen = [];
        Stack<Reference> pending = new(inventory.Entries.OfType<EntryFile.OfMemo>().Where(entry => entry.Entry is { } mark && LeftElsewhere.IsMark(entry.Key, mark)).SelectMany(entry => entry.Needs(store.Blobs)));
        while (pending.TryPop(out var reference))
        {
            if (!seen.Add(reference))
                continue;
            if (reference.Kind == ReferenceKind.Content)
                files.Add(reference.Blob);
            foreach (var below in References.Of(store.Blobs, reference))
                pending.Push(below);
        }

        return files;
    }

    private static void Repair(IEnumerable<StoreProblem> problems)
    {
        foreach (var problem in problems)
        {
            switch (problem)
            {
                case StoreProblem.DamagedBlob blob:
                    LibC.Unlink(blob.Path);
                    break;
                case StoreProblem.DamagedEntry entry:
                    LibC.Unlink(entry.Path);
                    break;
                case StoreProblem.IncompleteEntry entry:
                    LibC.Unlink(entry.Path);
                    break;
                case StoreProblem.ContradictingEntry entry:
                    LibC.Unlink(entry.Path);
                    LibC.Unlink(entry.ActionPath);
                    break;
                case StoreProblem.DamagedRoot root:
                    ForcedDeletion.Delete(root.Path);
                    break;
            }
        }
    }

    /// <summary>Finds what is missing below a reference; looks at each blob once, however many results share it.</summary>
    private sealed class Completeness(DiskBlobStore blobs, HashSet<Sha256Hash> damaged, HashSet<Digest> elsewhere)
    {
        private readonly Dictionary<Reference, Digest?> _known = [];

        public Digest? FirstMissing(Reference reference)
        {
            if (_known.TryGetValue(reference, out var missing))
                return missing;

            missing = damaged.Contains(reference.Blob.Hash) || (!blobs.IsWhole(reference.Blob) && !elsewhere.Contains(reference.Blob))
                ? reference.Blob
                : References.Of(blobs, reference).Select(FirstMissing).FirstOrDefault(found => found is not null);
            _known[reference] = missing;
            return missing;
        }
    }
}
