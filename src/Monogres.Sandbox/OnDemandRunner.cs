using Monogres.Actions;

namespace Monogres.Sandbox;

/// <summary>A runner that is made when the first action is run: making it may take downloads, and many commands run nothing.</summary>
/// <param name="make">Makes the runner; called again when it failed.</param>
public sealed class OnDemandRunner(Func<CancellationToken, Task<SandboxRunner>> make) : IActionRunner, IAsyncDisposable
{
    private readonly SemaphoreSlim _only = new(1);
    private SandboxRunner? _runner;

    /// <inheritdoc/>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel) =>
        await (await GetAsync(cancel)).RunAsync(request, log, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_runner is not null)
            await _runner.DisposeAsync();
        _only.Dispose();
    }

    private async Task<SandboxRunner> GetAsync(CancellationToken cancel)
    {
        await _only.WaitAsync(cancel);
        try
        {
            return _runner ??= await make(cancel);
        }
        finally
        {
            _only.Release();
        }
    }
}
