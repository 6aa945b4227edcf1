using System.Collections.Concurrent;

using Monogres.Engine.Events;

namespace Monogres.Testing;

/// <summary>Keeps what it is told.</summary>
internal sealed class RecordingObserver : IEngineObserver
{
    private readonly ConcurrentQueue<EngineEvent> _events = new();

    /// <summary>Everything so far, in order.</summary>
    public IReadOnlyList<EngineEvent> Events => [.. _events];

    /// <summary>Called for each event, on the thread that reports it.</summary>
    public Action<EngineEvent>? Heard { get; init; }

    public void On(EngineEvent what)
    {
        _events.Enqueue(what);
        Heard?.Invoke(what);
    }
}
