using Monogres.Store.Disk;

namespace Monogres.Store.Locks;

/// <summary>
/// Says that a process is alive, so that what it has not finished is left alone. It is a lock, not a process id to look up:
/// ids are used again, and processes in two containers that share a store do not see each other's.
/// </summary>
public sealed class ProcessMark : IDisposable
{
    private readonly FileLock _lock;

    private readonly string _locks;

    private ProcessMark(string locks, string owner, FileLock held) => (_locks, Owner, _lock) = (locks, owner, held);

    /// <summary>The first part of every temporary name of this process: its id, with <c>.1</c>, <c>.2</c>… when that is taken.</summary>
    public string Owner { get; }

    /// <summary>Marks this process as alive until it ends or the mark is disposed.</summary>
    /// <param name="locks">The directory of locks.</param>
    public static ProcessMark Set(string locks)
    {
        for (var attempt = 0; ; attempt++)
        {
            var owner = attempt == 0 ? $"{Environment.ProcessId}" : $"{Environment.ProcessId}.{attempt}";
            if (FileLock.TryAcquire(PathOf(locks, owner), shared: false, removeAfterwards: true) is { } held)
                return new ProcessMark(locks, owner, held);
        }
    }

    /// <summary>
    /// Removes what processes that are gone have left in a directory of temporary names, an earlier one with the id of this
    /// one among them: so it comes before the first use.
    /// </summary>
    /// <param name="directory">The directory of temporary names.</param>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void ClearLeftovers(string directory)
    {
        foreach (var left in Directory.EnumerateFileSystemEntries(directory).GroupBy(path => TemporaryNames.OwnerOf(Path.GetFileName(path)), StringComparer.Ordinal).ToArray())
        {
            if (left.Key is null)
                continue;

            var isMine = string.Equals(left.Key, Owner, StringComparison.Ordinal);
            using var dead = isMine ? null : FileLock.TryAcquire(PathOf(_locks, left.Key), shared: false, removeAfterwards: true);
            if (!isMine && dead is null)
                continue;

            foreach (var path in left)
                ForcedDeletion.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string PathOf(string locks, string owner) => $"{locks}/process.{owner}";
}
