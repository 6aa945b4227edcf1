using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>What is said of events, one line each.</summary>
internal sealed class EventLines
{
    private int _downloads;
    private long _downloaded;

    /// <summary>The line about something that ended or happened; null for what merely begins or goes on.</summary>
    /// <param name="what">The event.</param>
    /// <param name="count">Stands before a line about a step that is over.</param>
    public string? Of(EngineEvent what, string count = "")
    {
        switch (what)
        {
            case EngineEvent.Downloaded done:
                _downloads++;
                _downloaded += done.Bytes;
                return done.Bytes > 4_000_000 || _downloads % 20 == 0
                    ? $"downloaded {done.Name} ({Units.Bytes(done.Bytes)}; {_downloads} files, {Units.Bytes(_downloaded)} in all)"
                    : null;
            case EngineEvent.StepFinished step:
                return $"{count}{step.Step}: done in {Units.Seconds(step.Seconds)}{Of(step.Remote)}";
            case EngineEvent.StepStopped step:
                return $"{count}{step.Step}: stopped after {Units.Seconds(step.Seconds)}";
            case EngineEvent.StepCached step:
                return $"{count}{step.Step}: already built";
            case EngineEvent.Waiting step:
                return $"{step.Step}: waiting for {step.Holder}";
            case EngineEvent.Repairing step:
                return $"{step.Step}: {step.Reason}; restoring it";
            default:
                return null;
        }
    }

    // 0 is said too: where the time did not go is as telling as where it went.
    private static string Of(StageTimes? remote) => remote is null ? ""
        : $" ({Units.Seconds(remote.QueuedSeconds)} queued, {Units.Seconds(remote.RunningSeconds)} running, {Units.Seconds(remote.TransferSeconds)} transfer)";

    /// <summary>How far a running step is: <c>postgres@15.18+minimal build 63 s of 4 min 03 s (27%)</c>, with what is known of it.</summary>
    public static string Of(RunningStep step, double seconds)
    {
        var expected = step.ExpectedSeconds is { } known ? $" of {Units.Seconds(known)}" : "";
        var percentage = step.Fraction is { } fraction ? $" ({Math.Floor(fraction * 100 + 1e-9):0}%)" : "";
        return $"{step.Step} {Units.Seconds(seconds)}{expected}{percentage}";
    }
}
