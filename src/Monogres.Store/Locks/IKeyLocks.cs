using Monogres.Core;

namespace Monogres.Store.Locks;

/// <summary>Locks by key: whoever has the lock of a key does the work, others wait and then find the result. Implementations: files of a store that processes share; memory.</summary>
public interface IKeyLocks
{
    /// <summary>Takes the lock of a key, waiting as long as another holds it.</summary>
    /// <param name="key">What is locked.</param>
    /// <param name="doing">For others who wait: <c>building postgres@15.18</c>. One line.</param>
    /// <param name="waiting">Told once for each holder that is waited for, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The lock, held until it is disposed.</returns>
    Task<IDisposable> LockAsync(Digest key, string doing, IProgress<LockHolder>? waiting, CancellationToken cancel);
}
