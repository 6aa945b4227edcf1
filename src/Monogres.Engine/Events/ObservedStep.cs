namespace Monogres.Engine.Events;

/// <summary>A step as the observer sees it: it begins here, and ends once, with success by <see cref="Finish"/>, or without a result by being disposed before.</summary>
public sealed class ObservedStep : IDisposable
{
    private readonly string _name;
    private readonly IEngineObserver _observer;
    private readonly TimeProvider _time;
    private readonly long _started;
    private bool _finished;

    /// <summary>Begins.</summary>
    /// <param name="name">For people.</param>
    /// <param name="expectedSeconds">How long it took before, when that is known.</param>
    /// <param name="observer">Told.</param>
    /// <param name="time">Measures.</param>
    public ObservedStep(string name, double? expectedSeconds, IEngineObserver observer, TimeProvider time)
    {
        (_name, _observer, _time, _started) = (name, observer, time, time.GetTimestamp());
        observer.On(new EngineEvent.StepStarted(name, expectedSeconds));
    }

    /// <summary>How long it has run.</summary>
    public double Seconds => _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>It goes on.</summary>
    public void Advance(string line, double? fraction = null) => _observer.On(new EngineEvent.StepAdvanced(_name, line, fraction));

    /// <summary>It succeeded.</summary>
    public void Finish()
    {
        _finished = true;
        _observer.On(new EngineEvent.StepFinished(_name, Seconds));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_finished)
            _observer.On(new EngineEvent.StepStopped(_name, Seconds));
    }
}
