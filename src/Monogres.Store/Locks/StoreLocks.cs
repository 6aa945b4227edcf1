using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Store.Locks;

/// <summary>Locks between the processes that share a store: one builds, the other waits and then finds the result.</summary>
/// <param name="directory">The directory of locks; exists.</param>
/// <param name="time">Waits between two attempts.</param>
public sealed class StoreLocks(string directory, TimeProvider time) : IKeyLocks
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    private string StoreLockFile => $"{directory}/store";

    /// <summary>Takes the lock of a key (an action, a tree to materialise), waiting as long as another process, or another task of this one, has it.</summary>
    /// <param name="key">What is locked.</param>
    /// <param name="doing">For others who wait: <c>building postgres@15.18</c>. One line.</param>
    /// <param name="waiting">Told once for each holder that is waited for, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UserErrorException">The store cannot be written.</exception>
    public Task<StoreLock> AcquireAsync(Digest key, string doing, IProgress<LockHolder>? waiting, CancellationToken cancel) =>
        WaitAsync($"{directory}/{key.Hash}-{key.Size}", doing, Kind.OfKey, waiting, cancel);

    /// <inheritdoc/>
    async Task<IDisposable> IKeyLocks.LockAsync(Digest key, string doing, IProgress<LockHolder>? waiting, CancellationToken cancel) =>
        await AcquireAsync(key, doing, waiting, cancel);

    /// <summary>Held by every process that works, as long as it works: nothing is collected meanwhile.</summary>
    /// <param name="waiting">Told once when garbage collection is waited for, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UserErrorException">The store cannot be written.</exception>
    public Task<StoreLock> LockSharedAsync(IProgress<LockHolder>? waiting, CancellationToken cancel) =>
        WaitAsync(StoreLockFile, "", Kind.Shared, waiting, cancel);

    /// <summary>Held by whoever removes things that others may be using: waits until nobody else works.</summary>
    /// <param name="doing">For others who wait: <c>store gc</c>.</param>
    /// <param name="waiting">Told once when others are waited for, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UserErrorException">The store cannot be written.</exception>
    public Task<StoreLock> LockExclusiveAsync(string doing, IProgress<LockHolder>? waiting, CancellationToken cancel) =>
        WaitAsync(StoreLockFile, doing, Kind.Owned, waiting, cancel);

    private async Task<StoreLock> WaitAsync(string path, string doing, Kind kind, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        LockHolder? told = null;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryAcquire(path, doing, kind) is { } held)
                return held;

            if (LockHolder.Read(path) is var holder && holder != told)
            {
                waiting?.Report(holder);
                told = holder;
            }

            // The kernel can wait for a lock, but not for a lock or a cancellation.
            await Task.Delay(Retry, time, cancel);
        }
    }

    private StoreLock? TryAcquire(string path, string doing, Kind kind)
    {
        try
        {
            var held = FileLock.TryAcquire(path, shared: kind == Kind.Shared, removeAfterwards: kind == Kind.OfKey);
            if (kind != Kind.Shared)
                held?.Write(new LockHolder(Environment.ProcessId, doing).ToBytes());
            return held is null ? null : new StoreLock(held);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    private enum Kind
    {
        OfKey,
        Shared,
        Owned,
    }
}

/// <summary>A lock that is held until it is disposed, or until the process ends, however it ends.</summary>
public sealed class StoreLock : IDisposable
{
    private readonly FileLock _lock;

    internal StoreLock(FileLock held) => _lock = held;

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}

/// <summary>Who is waited for.</summary>
/// <param name="ProcessId">Its process id as it sees itself, or null when several share the lock or it is not known.</param>
/// <param name="Doing">What it does, or empty.</param>
public sealed record LockHolder(int? ProcessId, string Doing)
{
    /// <summary>For people: <c>process 4711 (building postgres@15.18)</c>.</summary>
    public override string ToString() => (ProcessId, Doing) switch
    {
        (null, _) => "other processes",
        ({ } id, "") => $"process {id}",
        ({ } id, var doing) => $"process {id} ({doing})",
    };

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes($"{ProcessId} {Doing.ReplaceLineEndings(" ")}\n");

    internal static LockHolder Read(string path)
    {
        var text = Encoding.UTF8.GetString(UntouchedFile.ReadAll(path) ?? []);
        // No end of line: it is being written, or processes share the lock and nobody wrote.
        return text.EndsWith('\n') && text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
                && int.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new LockHolder(id, text[(space + 1)..^1])
            : new LockHolder(null, "");
    }
}
