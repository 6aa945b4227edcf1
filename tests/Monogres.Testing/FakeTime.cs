using Microsoft.Extensions.Time.Testing;

namespace Monogres.Testing;

/// <summary>A clock that moves only when a test moves it, or for a short wait by itself, and remembers what was waited for.</summary>
public sealed class FakeTime() : FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _waits = [];

    /// <summary>A timer for less than this moves the clock to its own time and fires: short waits take no time.</summary>
    public TimeSpan SkipsWaitsBelow { get; init; } = TimeSpan.Zero;

    /// <summary>Every time that a timer was made for.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
                return [.. _waits];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == Timeout.InfiniteTimeSpan)
            return timer;

        lock (_lock)
            _waits.Add(dueTime);
        if (dueTime < SkipsWaitsBelow)
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        return timer;
    }
}
