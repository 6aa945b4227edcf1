namespace Monogres.Remote.Connection;

/// <summary>
/// How many calls may be made once more in a run, for all of its actions together: an engine that is ill is not made worse by a
/// client that insists, and no run waits longer and longer. Safe for several threads.
/// </summary>
/// <param name="retries">How many.</param>
public sealed class RetryBudget(int retries)
{
    private int _left = retries;

    /// <summary>Enough for an engine that restarts now and then while hundreds of actions run.</summary>
    public const int Default = 200;

    /// <summary>Takes one, when there is one.</summary>
    public bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
}
