using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>
/// One line for each thing that began or ended, for logs and pipes; <c>[3/12]</c> before a step that is over is how many
/// are, of how many. A step that takes long says once a minute how far it is.
/// </summary>
/// <param name="error">The stream for people.</param>
/// <param name="time">Measures what runs.</param>
public sealed class PlainObserver(TextWriter error, TimeProvider time) : IEngineObserver
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ProgressTotals _totals = new(time);
    private readonly EventLines _lines = new();

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        lock (_lock)
        {
            _totals.On(what);
            switch (what)
            {
                case EngineEvent.StepStarted step:
                    error.WriteLine($"{step.Step} ...");
                    break;
                case EngineEvent.StepAdvanced step:
                    Advance(step.Step);
                    break;
                case EngineEvent.StepFinished or EngineEvent.StepStopped or EngineEvent.StepCached:
                    var figures = _totals.Now();
                    error.WriteLine(_lines.Of(what, $"[{figures.Ended}/{figures.Total}] "));
                    break;
                default:
                    if (_lines.Of(what) is { } line)
                        error.WriteLine(line);
                    break;
            }
        }
    }

    private void Advance(string name)
    {
        foreach (var step in _totals.Running)
        {
            if (!string.Equals(step.Step, name, StringComparison.Ordinal) || time.GetElapsedTime(step.Said) < Period)
                continue;

            step.Said = time.GetTimestamp();
            error.WriteLine(EventLines.Of(step, _totals.SecondsOf(step)) + (_totals.Now().SecondsLeft is { } left ? $", {Units.About(left)} left in all" : ""));
        }
    }
}
