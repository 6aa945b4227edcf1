using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>
/// Adds events up: how many steps and downloads there are, how far they are, and about how long the rest takes. Every step
/// is in exactly one state, so that the states add up to the total, whatever was announced. Not thread-safe.
/// </summary>
/// <param name="time">Measures what runs.</param>
internal sealed class ProgressTotals(TimeProvider time)
{
    // The estimate follows a better one within about this time, so that it does not jump.
    private const double SettlingSeconds = 10;

    private readonly Dictionary<string, Queue<double?>> _waiting = new(StringComparer.Ordinal);
    private readonly List<RunningStep> _running = [];
    private readonly Dictionary<string, EngineEvent.Downloading> _downloads = new(StringComparer.Ordinal);
    private int _waitingCount, _done, _cached, _stopped;
    private int _plannedFiles, _downloadedFiles;
    private long _plannedBytes, _downloadedBytes;

    // How many ran at once so far: the seconds of all steps by those in which any ran.
    private double _stepSeconds, _busySeconds;
    private long _measured = time.GetTimestamp();

    private double? _left;
    private long _estimated;

    /// <summary>The steps that run, the oldest first.</summary>
    public IReadOnlyList<RunningStep> Running => _running;

    /// <summary>The files that are being downloaded, as each was last heard of.</summary>
    public IReadOnlyCollection<EngineEvent.Downloading> Downloads => _downloads.Values;

    /// <summary>Something happened.</summary>
    public void On(EngineEvent what)
    {
        Measure();
        switch (what)
        {
            case EngineEvent.Planned planned:
                Plan(planned.Steps);
                break;
            case EngineEvent.StepStarted step:
                Take(step.Step);
                _running.Add(new RunningStep(step.Step, step.ExpectedSeconds, time.GetTimestamp()));
                break;
            case EngineEvent.StepAdvanced step:
                if (_running.Find(running => string.Equals(running.Step, step.Step, StringComparison.Ordinal)) is { } advanced)
                    advanced.Advance(step.Line, step.Fraction);
                break;
            case EngineEvent.StepMoved step:
                if (_running.Find(running => string.Equals(running.Step, step.Step, StringComparison.Ordinal)) is { } moved)
                    Move(moved, step.Stage);
                break;
            case EngineEvent.StepFinished step:
                End(step.Step);
                _done++;
                break;
            case EngineEvent.StepStopped step:
                End(step.Step);
                _stopped++;
                break;
            case EngineEvent.StepCached step:
                Take(step.Step);
                _cached++;
                break;
            case EngineEvent.StepOmitted step:
                Take(step.Step);
                break;
            case EngineEvent.DownloadsPlanned planned:
                _plannedFiles += planned.Files;
                _plannedBytes += planned.Bytes;
                break;
            case EngineEvent.Downloading download:
                _downloads[download.Name] = download;
                break;
            case EngineEvent.Downloaded download:
                _downloads.Remove(download.Name);
                _downloadedFiles++;
                _downloadedBytes += download.Bytes;
                break;
            case EngineEvent.DownloadStopped download:
                _downloads.Remove(download.Name);
                _plannedFiles = Math.Max(_downloadedFiles, _plannedFiles - 1);
                _plannedBytes = Math.Max(_downloadedBytes, _plannedBytes - (download.Size ?? 0));
                break;
        }
    }

    /// <summary>Forgets what was under way or to come. What goes on all the same is counted when it says so.</summary>
    public void Abandon()
    {
        Measure();
        _running.Clear();
        _waiting.Clear();
        _waitingCount = 0;
        _downloads.Clear();
        (_plannedFiles, _plannedBytes) = (_downloadedFiles, _downloadedBytes);
    }

    /// <summary>How long a step has run.</summary>
    public double SecondsOf(RunningStep step) => time.GetElapsedTime(step.Since).TotalSeconds;

    /// <summary>The figures now.</summary>
    public ProgressFigures Now()
    {
        Measure();
        return new ProgressFigures
        {
            Done = _done,
            Cached = _cached,
            Stopped = _stopped,
            Running = _running.Count(step => !step.IsQueued),
            Queued = _running.Count(step => step.IsQueued),
            Waiting = _waitingCount,
            DownloadedFiles = _downloadedFiles,
            // What nobody announced counts too.
            Files = Math.Max(_plannedFiles, _downloadedFiles + _downloads.Count),
            DownloadedBytes = _downloadedBytes + _downloads.Values.Sum(download => download.Bytes),
            Bytes = Math.Max(_plannedBytes, _downloadedBytes + _downloads.Values.Sum(download => Math.Max(download.Size ?? 0, download.Bytes))),
            SecondsLeft = Estimate() is { } left ? Math.Round(left, 1) : null,
        };
    }

    private void Plan(ImmutableArray<PlannedStep> steps)
    {
        foreach (var step in steps)
        {
            if (!_waiting.TryGetValue(step.Step, out var same))
                _waiting[step.Step] = same = new Queue<double?>();
            same.Enqueue(step.ExpectedSeconds);
            _waitingCount++;
        }
    }

    private void Take(string step)
    {
        if (!_waiting.TryGetValue(step, out var same))
            return;

        same.Dequeue();
        _waitingCount--;
        if (same.Count == 0)
            _waiting.Remove(step);
    }

    private void End(string step)
    {
        var at = _running.FindIndex(running => string.Equals(running.Step, step, StringComparison.Ordinal));
        if (at >= 0)
            _running.RemoveAt(at);
    }

    // What is expected of a step is its own time, without that in a queue.
    private void Move(RunningStep step, ActionStage stage)
    {
        var waited = step.QueuedSince is { } since ? time.GetTimestamp() - since : 0;
        step.Move(stage, time.GetTimestamp(), waited);
    }

    private void Measure()
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_measured, now).TotalSeconds;
        _measured = now;
        var atWork = _running.Count(step => !step.IsQueued);
        _stepSeconds += seconds * atWork;
        if (atWork > 0)
            _busySeconds += seconds;
    }

    private double? Estimate()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(_estimated, now).TotalSeconds;
        _estimated = now;
        if (RawEstimate() is not { } raw)
            return _left = null;

        if (_left is { } shown)
        {
            shown = Math.Max(0, shown - passed);
            _left = shown + (raw - shown) * (1 - Math.Exp(-passed / SettlingSeconds));
        }
        else
        {
            _left = raw;
        }

        return _left;
    }

    // Null while a step has no known time, and when there is nothing to do.
    private double? RawEstimate()
    {
        if (_waitingCount + _running.Count == 0)
            return null;

        double all = 0, longest = 0;
        foreach (var step in _running)
        {
            if (LeftOf(step) is not { } left)
                return null;
            all += left;
            longest = Math.Max(longest, left);
        }

        foreach (var expected in _waiting.Values.SelectMany(same => same))
        {
            if (expected is not { } seconds)
                return null;
            all += seconds;
        }

        var atOnce = _busySeconds < 1 ? Math.Max(1, _running.Count) : _stepSeconds / _busySeconds;
        return Math.Max(longest, all / atOnce);
    }

    // The pace of this run and the earlier one, the former weighing more the further the step is, come to the same as this.
    private double? LeftOf(RunningStep step)
    {
        var elapsed = step.IsQueued ? 0 : time.GetElapsedTime(step.Since + step.Queued).TotalSeconds;
        return (step.ExpectedSeconds, step.Fraction) switch
        {
            ({ } expected, { } fraction) => expected * (1 - fraction),
            ({ } expected, null) => Math.Max(0, expected - elapsed),
            (null, >= 0.05 and var fraction) => elapsed / fraction * (1 - fraction),
            _ => null,
        };
    }
}

/// <summary>A step that runs.</summary>
/// <param name="step">For people.</param>
/// <param name="expectedSeconds">How long it took before, when that is known.</param>
/// <param name="since">When it began, on the clock's own scale.</param>
internal sealed class RunningStep(string step, double? expectedSeconds, long since)
{
    /// <summary>For people.</summary>
    public string Step { get; } = step;

    /// <summary>How long it took before, when that is known.</summary>
    public double? ExpectedSeconds { get; } = expectedSeconds;

    /// <summary>When it began.</summary>
    public long Since { get; } = since;

    /// <summary>The newest line of its log, or what it does now.</summary>
    public string Line { get; private set; } = "";

    /// <summary>How far it is, from 0 to 1, when that can be told. It never falls.</summary>
    public double? Fraction { get; private set; }

    /// <summary>When something was last said of it, on the clock's own scale; at first when it began.</summary>
    public long Said { get; set; } = since;

    /// <summary>Whether it waits for a worker of an engine elsewhere.</summary>
    public bool IsQueued => QueuedSince is not null;

    /// <summary>Since when it waits, on the clock's own scale.</summary>
    public long? QueuedSince { get; private set; }

    /// <summary>How long it had waited before it went on, on the clock's own scale.</summary>
    public long Queued { get; private set; }

    /// <summary>It has come to a stage at an engine elsewhere.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="now">On the clock's own scale.</param>
    /// <param name="waited">How long it has just waited.</param>
    public void Move(ActionStage stage, long now, long waited)
    {
        Queued += waited;
        QueuedSince = stage is ActionStage.Queued ? now : null;
        Line = stage switch
        {
            ActionStage.Sending => "sending what the engine lacks",
            ActionStage.Queued => "waiting for a worker",
            ActionStage.Running => "running there",
            ActionStage.Fetching => "fetching the output",
            _ => "running here",
        };
    }

    /// <summary>It goes on.</summary>
    public void Advance(string line, double? fraction)
    {
        Line = line;
        if (fraction is { } known)
            Fraction = Math.Max(Fraction ?? 0, Math.Clamp(known, 0, 1));
    }
}
