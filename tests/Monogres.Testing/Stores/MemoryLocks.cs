using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store.Locks;

namespace Monogres.Testing.Stores;

/// <summary>Locks between the tasks of a test.</summary>
public sealed class MemoryLocks : IKeyLocks
{
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _locks = new();

    public async Task<IDisposable> LockAsync(Digest key, string doing, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        var one = _locks.GetOrAdd(key, _ => new SemaphoreSlim(1));
        if (!one.Wait(0, CancellationToken.None))
        {
            waiting?.Report(new LockHolder(null, doing));
            await one.WaitAsync(cancel);
        }

        return new Held(one);
    }

    private sealed class Held(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
