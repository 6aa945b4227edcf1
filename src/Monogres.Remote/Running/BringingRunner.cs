using Monogres.Actions;
using Monogres.Remote.Caching;

namespace Monogres.Remote.Running;

/// <summary>Runs actions on this machine, where their inputs must be; what was left at the cache of them is brought before.</summary>
/// <param name="inner">Runs them.</param>
/// <param name="blobs">Brings.</param>
public sealed class BringingRunner(IActionRunner inner, ReadThroughBlobStore blobs) : IActionRunner
{
    /// <inheritdoc/>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
    {
        await blobs.BringAsync(request.Layers, cancel);
        return await inner.RunAsync(request, log, cancel);
    }
}
