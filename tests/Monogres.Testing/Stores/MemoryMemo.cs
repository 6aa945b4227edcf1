using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Stores;

/// <summary>A memo in memory, for tests; safe for several threads.</summary>
public sealed class MemoryMemo : IMemo
{
    private readonly ConcurrentDictionary<Digest, MemoEntry> _entries = new();

    /// <summary>The keys with an entry.</summary>
    public IReadOnlyCollection<Digest> Keys => [.. _entries.Keys];

    /// <summary>Forgets everything.</summary>
    public void Clear() => _entries.Clear();

    public ValueTask<MemoEntry?> FindAsync(Digest key, CancellationToken cancel) => new(_entries.GetValueOrDefault(key));

    public ValueTask PutAsync(Digest key, MemoEntry entry, CancellationToken cancel)
    {
        _entries[key] = entry;
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(Digest key, CancellationToken cancel)
    {
        _entries.TryRemove(key, out _);
        return ValueTask.CompletedTask;
    }
}
