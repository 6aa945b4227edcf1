using Monogres.Actions;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Caching;
using Monogres.Remote.Connection;
using Monogres.Remote.Running;
using Monogres.Remote.Tests.Engine;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Remote.Tests;

/// <summary>A small engine, and everything of ours that talks to it, with a clock that skips the waiting between attempts.</summary>
public sealed class RemoteFixture : IAsyncDisposable
{
    private readonly List<string> _said = [];

    private RemoteFixture(SmallEngine engine, int retries)
    {
        Engine = engine;
        Connection = new RemoteConnection(new RemoteOptions { Address = engine.Address, CallLimit = CallLimit, QueueLimit = QueueLimit }, "test", new RetryBudget(retries), Time);
        Remote = new RemoteBlobStore(Connection);
        Results = new RemoteActionCache(Connection);
        Through = new ReadThroughBlobStore(Local, Remote, Memo, Say);
        Upload = new TreeUpload(Through, Remote);
        Download = new TreeDownload(Local, Remote);
        Dialects = new EngineDialects(Remote, Local, Upload, Memo, _ => Task.FromResult(Digest.Empty));
        Runner = new RemoteRunner(Remote, Local, Upload, Dialects);
    }

    /// <summary>How long a call may take: more than any waiting between attempts, so that it never passes by itself.</summary>
    public static TimeSpan CallLimit { get; } = TimeSpan.FromHours(1);

    public static TimeSpan QueueLimit { get; } = TimeSpan.FromHours(10);

    public SmallEngine Engine { get; }

    public FakeTime Time { get; } = new() { SkipsWaitsBelow = TimeSpan.FromSeconds(10) };

    public MemoryBlobStore Local { get; } = new();

    public MemoryMemo Memo { get; } = new();

    public MemoryActionCache OwnResults { get; } = new();

    public RemoteConnection Connection { get; }

    public RemoteBlobStore Remote { get; }

    /// <summary>Our store with the engine's behind it.</summary>
    public ReadThroughBlobStore Through { get; }

    public RemoteActionCache Results { get; }

    public TreeUpload Upload { get; }

    public TreeDownload Download { get; }

    public EngineDialects Dialects { get; }

    public RemoteRunner Runner { get; }

    /// <summary>What was said to the person at the terminal.</summary>
    public IReadOnlyCollection<string> Said => [.. _said];

    /// <summary>Our results before those of the engine.</summary>
    public SharedActionCache Shared => Sharing(new ResultUpload(Results, Upload));

    /// <summary>The same, with a way to send our results, or none.</summary>
    public SharedActionCache Sharing(ResultUpload? upload, bool mustBeReached = false, IResultVouchers? vouchers = null) =>
        new(OwnResults, Results, Download, Through, upload, Say) { MustBeReached = mustBeReached, Vouchers = vouchers };

    public static async Task<RemoteFixture> StartAsync(int messageBytes = 4 << 20, int retries = 1000) => new(await SmallEngine.StartAsync(messageBytes), retries);

    public async ValueTask DisposeAsync()
    {
        Dialects.Dispose();
        Connection.Dispose();
        await Engine.DisposeAsync();
    }

    /// <summary>Says something to that person.</summary>
    public void Say(string text)
    {
        lock (_said)
            _said.Add(text);
    }
}
