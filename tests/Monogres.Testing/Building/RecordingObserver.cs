using System.Collections.Concurrent;

using Monogres.Build;

namespace Monogres.Testing;

/// <summary>Keeps what it is told.</summary>
internal sealed class RecordingObserver : IBuildObserver
{
    private readonly ConcurrentQueue<BuildEvent> _events = new();

    /// <summary>Everything so far, in order.</summary>
    public IReadOnlyList<BuildEvent> Events => [.. _events];

    /// <summary>Called for each event, on the thread that reports it.</summary>
    public Action<BuildEvent>? Heard { get; init; }

    public void On(BuildEvent what)
    {
        _events.Enqueue(what);
        Heard?.Invoke(what);
    }
}
