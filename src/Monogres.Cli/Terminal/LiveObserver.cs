using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>
/// A few lines at the bottom of the terminal, redrawn ten times a second: how much is done and about how long the rest
/// takes; then what runs, for how long of how long, and the last line of its log. What has ended stays above as plain lines.
/// </summary>
public sealed class LiveObserver : IEngineObserver, IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _error;
    private readonly Func<int> _width;
    private readonly ProgressTotals _totals;
    private readonly EventLines _lines = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private int _drawnLines;

    /// <summary>Starts to draw.</summary>
    /// <param name="error">A terminal.</param>
    /// <param name="time">For durations and the redraw.</param>
    /// <param name="width">The terminal's width in columns, asked at each redraw.</param>
    public LiveObserver(TextWriter error, TimeProvider time, Func<int> width)
    {
        (_error, _width, _totals) = (error, width, new ProgressTotals(time));
        _timer = time.CreateTimer(_ => Redraw(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        lock (_lock)
        {
            _totals.On(what);
            if (_lines.Of(what) is not { } line)
                return;

            Erase();
            _error.WriteLine(line);
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
            _totals.Abandon();
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
        if (_totals.Now().ToText() is { } header)
            Line($"  {header}", width);
        if (_totals.Downloads is { Count: > 0 } downloads)
            Line($"  downloading {string.Join(", ", downloads.Take(2).Select(download => download.Name))}{(downloads.Count > 2 ? $" and {downloads.Count - 2} more" : "")}", width);
        foreach (var step in _totals.Running)
            Line($"  {EventLines.Of(step, _totals.SecondsOf(step))}  {step.Line}", width);
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
}
