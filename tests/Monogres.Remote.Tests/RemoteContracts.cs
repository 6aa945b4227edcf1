using Monogres.Actions;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Monogres.Testing.Contracts;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests;

/// <summary>The promises of every store, kept by one that is elsewhere.</summary>
public class RemoteBlobStoreContract : BlobStoreContract, IAsyncLifetime
{
    private RemoteFixture _fixture = null!;

    protected virtual int MessageBytes => 4 << 20;

    protected override IBlobStore Store => _fixture.Remote;

    public async ValueTask InitializeAsync() => Prepare(_fixture = await RemoteFixture.StartAsync(MessageBytes));

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _fixture.DisposeAsync();
    }

    protected virtual void Prepare(RemoteFixture fixture)
    {
    }
}

/// <summary>The same at an engine whose limit makes most blobs travel in pieces.</summary>
public sealed class StreamingBlobStoreContract : RemoteBlobStoreContract
{
    protected override void Prepare(RemoteFixture fixture) => fixture.Engine.Capabilities.CacheCapabilities.MaxBatchTotalSizeBytes = 1;
}

/// <summary>The same where these are compressed on the way.</summary>
public sealed class ZstdBlobStoreContract : RemoteBlobStoreContract
{
    protected override void Prepare(RemoteFixture fixture)
    {
        fixture.Engine.Capabilities.CacheCapabilities.MaxBatchTotalSizeBytes = 1;
        fixture.Engine.Capabilities.CacheCapabilities.SupportedCompressors.Add(Compressor.Types.Value.Zstd);
    }
}

/// <summary>The same at an engine that takes messages of 1 MB, and does not say so.</summary>
public sealed class SmallMessagesBlobStoreContract : RemoteBlobStoreContract
{
    protected override int MessageBytes => 1 << 20;
}

/// <summary>The promises of every store, kept by ours with an engine's behind it.</summary>
public sealed class ReadThroughBlobStoreContract : BlobStoreContract, IAsyncLifetime
{
    private RemoteFixture _fixture = null!;

    protected override IBlobStore Store => _fixture.Through;

    public async ValueTask InitializeAsync() => _fixture = await RemoteFixture.StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}

/// <summary>The promises of every cache of results.</summary>
public sealed class RemoteActionCacheContract : ActionCacheContract, IAsyncLifetime
{
    private RemoteFixture _fixture = null!;

    protected override IActionCache Cache => _fixture.Results;

    public async ValueTask InitializeAsync() => _fixture = await RemoteFixture.StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}

/// <summary>The promises of every runner.</summary>
public class RemoteRunnerContract : ActionRunnerContract, IAsyncLifetime
{
    private RemoteFixture _fixture = null!;

    protected override IBlobStore Blobs => _fixture.Local;

    protected override IActionRunner Runner => _fixture.Runner;

    protected override Digest Shell => Digest.Empty;

    protected override bool TellsOfPipes => false;

    public async ValueTask InitializeAsync() => Prepare(_fixture = await RemoteFixture.StartAsync());

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _fixture.DisposeAsync();
    }

    protected virtual void Prepare(RemoteFixture fixture)
    {
    }
}

/// <summary>The same at an engine that only lets actions be followed by their name: every stream of Execute ends at once.</summary>
public sealed class BrokenStreamRunnerContract : RemoteRunnerContract
{
    protected override void Prepare(RemoteFixture fixture) =>
        fixture.Engine.Faults.Plan = (call, _) => call == "Execute" ? new Engine.EngineFault.Cut(Grpc.Core.StatusCode.Unavailable) : null;
}
