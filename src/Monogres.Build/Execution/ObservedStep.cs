namespace Monogres.Build.Execution;

/// <summary>A step as the observer sees it: it begins here, and ends once, well by <see cref="Finish"/> or without a result by being disposed before.</summary>
internal sealed class ObservedStep : IDisposable
{
    private readonly string _name;
    private readonly IBuildObserver _observer;
    private readonly TimeProvider _time;
    private readonly long _started;
    private bool _finished;

    public ObservedStep(string name, IBuildObserver observer, TimeProvider time)
    {
        (_name, _observer, _time, _started) = (name, observer, time, time.GetTimestamp());
        observer.On(new BuildEvent.StepStarted(name));
    }

    private double Seconds => _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>It goes on.</summary>
    public void Advance(string line) => _observer.On(new BuildEvent.StepAdvanced(_name, line));

    /// <summary>It ended well.</summary>
    public void Finish()
    {
        _finished = true;
        _observer.On(new BuildEvent.StepFinished(_name, Seconds));
    }

    public void Dispose()
    {
        if (!_finished)
            _observer.On(new BuildEvent.StepStopped(_name, Seconds));
    }
}
