using System.Collections.Concurrent;
using Grpc.Core;

namespace Monogres.Remote.Tests.Engine;

/// <summary>Something that goes wrong with one call.</summary>
public abstract record EngineFault
{
    /// <summary>It ends with a status before anything is done.</summary>
    public sealed record Fails(StatusCode Status) : EngineFault;

    /// <summary>A stream ends in its middle, with this status, or as if it were complete.</summary>
    public sealed record Cut(StatusCode Status) : EngineFault;

    /// <summary>The content that comes is another.</summary>
    public sealed record Lies : EngineFault;

    /// <summary>What should be compressed is not, as at Bazel's own worker.</summary>
    public sealed record Plain : EngineFault;

    /// <summary>A part of the answer is left out.</summary>
    public sealed record Omits : EngineFault;

    /// <summary>No answer comes, until the client gives up.</summary>
    public sealed record Hangs : EngineFault;
}

/// <summary>Says what goes wrong with which call, and remembers the calls.</summary>
public sealed class EngineFaults
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>By the name of the call and how often it was made, from 1; null is nothing.</summary>
    public Func<string, int, EngineFault?> Plan { get; set; } = (_, _) => null;

    /// <summary>Told of a call that hangs.</summary>
    public Action Hung { get; set; } = () => { };

    /// <summary>The calls so far.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>How often a call was made.</summary>
    public int CountOf(string call) => _counts.GetValueOrDefault(call);

    /// <summary>The fault of this call. One that is a status or a silence has happened by then.</summary>
    public async Task<EngineFault?> BeginAsync(string call, ServerCallContext context)
    {
        _calls.Enqueue(call);
        var fault = Plan(call, _counts.AddOrUpdate(call, 1, (_, count) => count + 1));
        switch (fault)
        {
            case EngineFault.Fails fails:
                throw new RpcException(new Status(fails.Status, "as the test wants"));
            case EngineFault.Hangs:
                Hung();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
        }

        return fault;
    }

    /// <summary>Ends a stream in its middle.</summary>
    public static void End(EngineFault.Cut cut)
    {
        if (cut.Status != StatusCode.OK)
            throw new RpcException(new Status(cut.Status, "cut off"));
    }
}
