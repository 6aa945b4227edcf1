using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>A run of the tool whose events are seen as they come, so that it can be stopped at a chosen moment.</summary>
internal sealed class Watched : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _mark;
    private readonly string _store;
    private readonly Channel<Event> _events = Channel.CreateUnbounded<Event>();
    private readonly List<Event> _seen = [];
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    public Watched(Process process, string mark, string store)
    {
        (_process, _mark, _store) = (process, mark, store);
        _reading = Task.WhenAll(ReadEventsAsync(), ReadErrorAsync());
    }

    /// <summary>Every event so far.</summary>
    public IReadOnlyList<Event> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    /// <summary>What was said on stderr so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>Waits for an event; false when the run ended without it.</summary>
    public async Task<bool> UntilAsync(Func<Event, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var one in _events.Reader.ReadAllAsync(patience.Token))
        {
            if (wanted(one))
                return true;
        }

        return false;
    }

    /// <summary>Kills it as the kernel does when memory is short, and waits until everything that it had started is gone.</summary>
    /// <param name="when">For the message when it had ended already.</param>
    public async Task KillAsync(string when)
    {
        // It stands still while we look at what it has started, so that the moment stays the one that was chosen.
        if (RunningProcesses.Signal(_process.Id, RunningProcesses.Stop) != 0)
            Assert.Fail($"{when}: it had ended already\n{await EndAsync()}");
        var family = RunningProcesses.Descendants(_process.Id);
        Assert.Equal(0, RunningProcesses.Signal(_process.Id, RunningProcesses.KillNow));
        Assert.Equal(128 + RunningProcesses.KillNow, (await EndAsync()).ExitCode);
        await RunningProcesses.AreGoneAsync(family, _mark, _store);
    }

    /// <summary>Sends a signal, and returns how long the run then took to end; everything that it had started is gone.</summary>
    public async Task<TimeSpan> SignalAsync(int signal)
    {
        var family = RunningProcesses.Descendants(_process.Id);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, RunningProcesses.Signal(_process.Id, signal));
        await EndAsync();
        var took = watch.Elapsed;
        await RunningProcesses.AreGoneAsync(family, _mark, _store);
        return took;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<Outcome> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return new Outcome(_process.ExitCode, string.Join('\n', Seen.Select(one => one.Text)), Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadEventsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A killed process may leave half a line.
            if (Event.TryParse(line) is not { } one)
                continue;

            lock (_seen)
                _seen.Add(one);
            _events.Writer.TryWrite(one);
        }

        _events.Writer.Complete();
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_error)
                _error.Append(line).Append('\n');
        }
    }
}

/// <summary>A line of <c>--json</c>.</summary>
/// <param name="Kind"><c>started</c>, <c>downloading</c>…</param>
/// <param name="About">The step, the file or the target.</param>
/// <param name="Line">What a step says, or empty.</param>
/// <param name="Text">The whole line.</param>
internal sealed record Event(string Kind, string About, string Line, string Text)
{
    public bool Is(string kind, string about) => Kind == kind && About.Contains(about, StringComparison.Ordinal);

    /// <summary>Whether a slow build has come to one of its lines, or is beyond it: the log is looked at now and then only.</summary>
    public bool IsWaiting(int line) => Line.Length == "waiting 1".Length && Line.StartsWith("waiting ", StringComparison.Ordinal) && Line[^1] - '0' >= line;

    public static Event? TryParse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            string Field(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
            return new Event(Field("event"), Field("step") + Field("name") + Field("target"), Field("line"), line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
