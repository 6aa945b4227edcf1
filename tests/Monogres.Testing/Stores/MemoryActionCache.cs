using System.Collections.Concurrent;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Testing.Stores;

/// <summary>Action results in memory, for tests; safe for several threads.</summary>
public sealed class MemoryActionCache : IActionCache
{
    private readonly ConcurrentDictionary<Digest, ActionResult> _results = new();

    /// <summary>The actions with a result.</summary>
    public IReadOnlyCollection<Digest> Actions => [.. _results.Keys];

    public ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel) =>
        new(_results.TryGetValue(action, out var result) ? result.Clone() : null);

    public ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel)
    {
        if (result.ExitCode != 0)
            throw new ArgumentException($"Only results with exit code 0 may be remembered, not {result.ExitCode}.", nameof(result));

        _results[action] = result.Clone();
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        _results.TryRemove(action, out _);
        return ValueTask.CompletedTask;
    }
}
