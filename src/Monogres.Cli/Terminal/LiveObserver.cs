using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>
/// A few lines at the bottom of the terminal, redrawn ten times a second: what runs, for how long, the last line of its
/// log, how far the downloads are. What has ended stays above as plain lines.
/// </summary>
public sealed class LiveObserver : IEngineObserver, IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _error;
    private readonly TimeProvider _time;
    private readonly Func<int> _width;
    private readonly PlainObserver _finished;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EngineEvent.Downloading> _downloads = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private int _drawnLines;

    /// <summary>Starts to draw.</summary>
    /// <param name="error">A terminal.</param>
    /// <param name="time">For durations and the redraw.</param>
    /// <param name="width">The terminal's width in columns, asked at each redraw.</param>
    public LiveObserver(TextWriter error, TimeProvider time, Func<int> width)
    {
        (_error, _time, _width) = (error, time, width);
        _finished = new PlainObserver(error);
        _timer = time.CreateTimer(_ => Redraw(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        lock (_lock)
        {
            switch (what)
            {
                case EngineEvent.Downloading download:
                    _downloads[download.Name] = download;
                    return;
                case EngineEvent.Downloaded download:
                    _downloads.Remove(download.Name);
                    break;
                case EngineEvent.StepStarted step:
                    _running[step.Step] = new Running(_time.GetTimestamp(), "");
                    return;
                case EngineEvent.StepAdvanced step:
                    if (_running.TryGetValue(step.Step, out var running))
                        _running[step.Step] = running with { Line = step.Line };
                    return;
                case EngineEvent.StepFinished step:
                    _running.Remove(step.Step);
                    break;
                case EngineEvent.StepStopped step:
                    _running.Remove(step.Step);
                    break;
            }

            Erase();
            _finished.On(what);
            Draw();
        }
    }

    /// <summary>Takes the view away while something else is written, and draws it again: for results and errors in the middle of other work.</summary>
    public void Pause(Action write)
    {
        lock (_lock)
        {
            Erase();
            _error.Flush();
            write();
            Draw();
        }
    }

    /// <summary>
    /// Ends what is shown, before something else is written: a result, an error, a program that takes the terminal. What
    /// was under way is forgotten, downloads that were given up among it; the next step is drawn again.
    /// </summary>
    public void Clear()
    {
        lock (_lock)
        {
            Erase();
            _running.Clear();
            _downloads.Clear();
            _error.Flush();
        }
    }

    /// <summary>Clears the live lines for good.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        Clear();
    }

    private void Redraw()
    {
        lock (_lock)
        {
            Erase();
            Draw();
        }
    }

    private void Erase()
    {
        if (_drawnLines > 0)
            _error.Write($"\e[{_drawnLines}F\e[J");
        _drawnLines = 0;
    }

    private void Draw()
    {
        var width = Math.Max(20, _width() - 1);
        if (_downloads.Count > 0)
        {
            var (bytes, size) = (_downloads.Values.Sum(one => one.Bytes), _downloads.Values.Sum(one => one.Size ?? one.Bytes));
            Line($"  downloading {_downloads.Count} files: {Units.Bytes(bytes)} of {Units.Bytes(size)} ({string.Join(", ", _downloads.Keys.Take(2))}…)", width);
        }

        foreach (var (step, running) in _running)
            Line($"  {step} {Units.Seconds(_time.GetElapsedTime(running.Since).TotalSeconds)}  {running.Line}", width);
        _error.Flush();
    }

    private void Line(string text, int width)
    {
        var clean = string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
        _error.WriteLine(clean.Length > width ? clean[..width] : clean);
        _drawnLines++;
    }

    private sealed record Running(long Since, string Line);
}
