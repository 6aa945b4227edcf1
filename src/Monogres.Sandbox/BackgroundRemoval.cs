namespace Monogres.Sandbox;

/// <summary>Deletes work directories while the next action runs already; a build of PostgreSQL leaves ten thousand files.</summary>
internal sealed class BackgroundRemoval : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task _tail = Task.CompletedTask;

    /// <summary>Deletes a directory, after those that came before.</summary>
    public void Add(WorkDirectory work)
    {
        work.Release();
        lock (_gate)
            _tail = _tail.ContinueWith(_ => Remove(work), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Waits until everything is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        Task tail;
        lock (_gate)
            tail = _tail;
        await tail;
    }

    private static void Remove(WorkDirectory work)
    {
        try
        {
            work.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays until a later process opens the store and clears what is left.
        }
    }
}
