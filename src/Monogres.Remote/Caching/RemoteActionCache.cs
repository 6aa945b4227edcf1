using System.Collections.Concurrent;
using Grpc.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Caching;

/// <summary>The results of an engine (REAPI ActionCache), as it gives them: whether they are believed is decided by <see cref="SharedActionCache"/>.</summary>
/// <param name="connection">To the engine.</param>
public sealed class RemoteActionCache(RemoteConnection connection) : IActionCache
{
    private readonly ActionCache.ActionCacheClient _results = new(connection.Calls);

    // The API has no way to remove a result: what was found to be worthless is not asked for again.
    private readonly ConcurrentDictionary<Digest, bool> _removed = new();

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    public async ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel)
    {
        if (_removed.ContainsKey(action))
            return null;

        try
        {
            return await connection.UnaryAsync(
                "say what an action gave", options => _results.GetActionResultAsync(new GetActionResultRequest { InstanceName = connection.Address.Instance, ActionDigest = action.ToWire() }, options), cancel);
        }
        catch (RemoteException e) when (e.Status == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not take it.</exception>
    public async ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel)
    {
        if (result.ExitCode != 0)
            throw new ArgumentException($"Only results with exit code 0 may be remembered, not {result.ExitCode}.", nameof(result));

        var request = new UpdateActionResultRequest { InstanceName = connection.Address.Instance, ActionDigest = action.ToWire(), ActionResult = result.Clone() };
        await connection.UnaryAsync("remember what an action gave", options => _results.UpdateActionResultAsync(request, options), cancel);
        _removed.TryRemove(action, out _);
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        _removed[action] = true;
        return ValueTask.CompletedTask;
    }
}
