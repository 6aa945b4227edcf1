using Monogres.Actions;

namespace Monogres.Engine.Events;

/// <summary>Measures how long an action that an engine elsewhere runs was in each stage. Not thread-safe.</summary>
/// <param name="time">Measures.</param>
internal sealed class StageClock(TimeProvider time)
{
    private readonly TimeSpan[] _spent = new TimeSpan[Enum.GetValues<ActionStage>().Length];
    private ActionStage? _stage;
    private long _since;

    /// <summary>How long it waited for a worker.</summary>
    public TimeSpan Queued => _spent[(int)ActionStage.Queued];

    /// <summary>It comes to a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="waited">How much of the time before was waiting for a worker, where that becomes known only now.</param>
    public void Move(ActionStage? stage, TimeSpan waited)
    {
        if (_stage is { } before)
        {
            var passed = time.GetElapsedTime(_since);
            var queued = before is ActionStage.Running && waited > TimeSpan.Zero ? Min(waited, passed) : TimeSpan.Zero;
            _spent[(int)ActionStage.Queued] += queued;
            _spent[(int)before] += passed - queued;
        }

        (_stage, _since) = (stage, time.GetTimestamp());
    }

    /// <summary>Where the time went; null for an action that no engine elsewhere has had.</summary>
    public StageTimes? Times()
    {
        if (_stage is null)
            return null;

        Move(_stage, TimeSpan.Zero);
        double Seconds(params ReadOnlySpan<ActionStage> stages)
        {
            var sum = TimeSpan.Zero;
            foreach (var stage in stages)
                sum += _spent[(int)stage];
            return Math.Round(sum.TotalSeconds, 3);
        }

        return new StageTimes(Seconds(ActionStage.Queued), Seconds(ActionStage.Running, ActionStage.Here), Seconds(ActionStage.Sending, ActionStage.Fetching));
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
