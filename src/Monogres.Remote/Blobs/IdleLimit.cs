namespace Monogres.Remote.Blobs;

/// <summary>Ends a stream on which nothing moves: unlike a call, it may take long as a whole.</summary>
internal sealed class IdleLimit : IDisposable
{
    private readonly CancellationTokenSource _limit, _either;
    private readonly TimeSpan _idle;

    /// <param name="idle">How long nothing may move.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="cancel">Ends it too.</param>
    public IdleLimit(TimeSpan idle, TimeProvider time, CancellationToken cancel)
    {
        _idle = idle;
        _limit = new CancellationTokenSource(idle, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancel);
    }

    /// <summary>Ends the stream.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Something moved.</summary>
    public void Renew() => _limit.CancelAfter(_idle);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
