using Monogres.Actions;

namespace Monogres.Engine.Events;

/// <summary>A step as the observer sees it: it begins here, and ends once, with success by <see cref="Finish"/>, or without a result by being disposed before.</summary>
public sealed class ObservedStep : IDisposable
{
    private readonly string _name;
    private readonly IEngineObserver _observer;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly StageClock _stages;
    private readonly Lock _lock = new();
    private bool _finished;

    /// <summary>Begins.</summary>
    /// <param name="name">For people.</param>
    /// <param name="expectedSeconds">How long it took before, when that is known.</param>
    /// <param name="observer">Told.</param>
    /// <param name="time">Measures.</param>
    public ObservedStep(string name, double? expectedSeconds, IEngineObserver observer, TimeProvider time)
    {
        (_name, _observer, _time, _started) = (name, observer, time, time.GetTimestamp());
        _stages = new StageClock(time);
        observer.On(new EngineEvent.StepStarted(name, expectedSeconds));
    }

    /// <summary>How long it has taken.</summary>
    public double Seconds => _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>How long it has taken without waiting for a worker elsewhere: what it may be expected to take another time.</summary>
    public double OwnSeconds
    {
        get
        {
            lock (_lock)
                return Math.Max(0, Seconds - _stages.Queued.TotalSeconds);
        }
    }

    /// <summary>It goes on.</summary>
    public void Advance(string line, double? fraction = null) => _observer.On(new EngineEvent.StepAdvanced(_name, line, fraction));

    /// <summary>An engine elsewhere runs it, and it has come to another stage there.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="waited">How much of the stage before was waiting for a worker, where that becomes known only now.</param>
    public void Move(ActionStage stage, TimeSpan waited)
    {
        lock (_lock)
            _stages.Move(stage, waited);
        _observer.On(new EngineEvent.StepMoved(_name, stage));
    }

    /// <summary>It succeeded.</summary>
    public void Finish()
    {
        _finished = true;
        StageTimes? remote;
        lock (_lock)
            remote = _stages.Times();
        _observer.On(new EngineEvent.StepFinished(_name, Seconds) { Remote = remote });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_finished)
            _observer.On(new EngineEvent.StepStopped(_name, Seconds));
    }
}
