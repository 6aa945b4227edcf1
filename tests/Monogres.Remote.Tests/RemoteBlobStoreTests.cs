using Grpc.Core;
using Monogres.Core;
using Monogres.Remote.Connection;
using Monogres.Remote.Tests.Engine;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Remote.Tests;

/// <summary>What goes wrong between us and an engine's blobs.</summary>
public sealed class RemoteBlobStoreTests : IAsyncLifetime
{
    private static readonly byte[] Large = Content(700_000), Small = "small"u8.ToArray();

    private RemoteFixture _there = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _there = await RemoteFixture.StartAsync();
        _there.Engine.Capabilities.CacheCapabilities.MaxBatchTotalSizeBytes = 100_000;
    }

    public ValueTask DisposeAsync() => _there.DisposeAsync();

    [Fact]
    public async Task A_large_blob_whose_stream_breaks_is_read_on_from_there()
    {
        await _there.Engine.Blobs.PutAsync(Large, Cancel);
        _there.Engine.Faults.Plan = (call, count) => call == "Read" && count <= 2 ? new EngineFault.Cut(StatusCode.Unavailable) : null;
        Assert.Equal(Large, await _there.Remote.ReadAllAsync(Digest.Of(Large), Cancel));
        Assert.Equal(3, _there.Engine.Faults.CountOf("Read"));
    }

    [Fact]
    public async Task A_stream_that_ends_too_early_as_if_it_were_whole_is_read_on()
    {
        await _there.Engine.Blobs.PutAsync(Large, Cancel);
        _there.Engine.Faults.Plan = (call, count) => call == "Read" && count == 1 ? new EngineFault.Omits() : null;
        Assert.Equal(Large, await _there.Remote.ReadAllAsync(Digest.Of(Large), Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_content_is_never_given_to_its_end(bool large)
    {
        var content = large ? Large : Small;
        await _there.Engine.Blobs.PutAsync(content, Cancel);
        _there.Engine.Faults.Plan = (call, _) => call is "Read" or "BatchReadBlobs" ? new EngineFault.Lies() : null;
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _there.Remote.ReadAllAsync(Digest.Of(content), Cancel));
    }

    [Fact]
    public async Task A_large_blob_whose_upload_breaks_is_sent_on_from_what_was_kept()
    {
        _there.Engine.Faults.Plan = (call, count) => call == "Write" && count <= 2 ? new EngineFault.Cut(StatusCode.Unavailable) : null;
        await _there.Remote.PutAsync(Large, Cancel);
        Assert.Equal(Large, await _there.Engine.Blobs.ReadAllAsync(Digest.Of(Large), Cancel));
        Assert.Equal(2, _there.Engine.Faults.CountOf("QueryWriteStatus"));
    }

    [Fact]
    public async Task Large_blobs_travel_compressed_where_that_is_offered_and_are_taken_up_in_their_middle()
    {
        OfferZstd();
        var text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i * 7919 % 100_003} ")));
        _there.Engine.Faults.Plan = (call, count) => call is "Write" or "Read" && count <= 2 ? new EngineFault.Cut(StatusCode.Unavailable) : null;
        await _there.Remote.PutAsync(text, Cancel);
        var (name, sent) = Assert.Single(_there.Engine.Uploads);
        Assert.Contains("/compressed-blobs/zstd/", name, StringComparison.Ordinal);
        Assert.InRange(sent.Length, 1, text.Length * 3 / 4);
        Assert.Equal(2, _there.Engine.Faults.CountOf("QueryWriteStatus"));
        Assert.Equal(text, await _there.Remote.ReadAllAsync(Digest.Of(text), Cancel));
        Assert.Equal(3, _there.Engine.Faults.CountOf("Read"));
    }

    [Fact]
    public async Task An_engine_that_offers_zstd_and_sends_plain_bytes_is_asked_for_plain_bytes_from_then_on()
    {
        OfferZstd();
        await _there.Engine.Blobs.PutAsync(Large, Cancel);
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Plain();
        Assert.Equal(Large, await _there.Remote.ReadAllAsync(Digest.Of(Large), Cancel));
        Assert.Equal(Large, await _there.Remote.ReadAllAsync(Digest.Of(Large), Cancel));
        Assert.Equal(3, _there.Engine.Faults.CountOf("Read"));
    }

    [Fact]
    public async Task Compressed_content_that_is_another_is_never_given_to_its_end()
    {
        OfferZstd();
        await _there.Engine.Blobs.PutAsync(Large, Cancel);
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Lies();
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _there.Remote.ReadAllAsync(Digest.Of(Large), Cancel));
    }

    private void OfferZstd() => _there.Engine.Capabilities.CacheCapabilities.SupportedCompressors.Add(Protocol.Compressor.Types.Value.Zstd);

    [Fact]
    public async Task An_engine_that_kept_less_than_all_is_not_believed()
    {
        _there.Engine.Faults.Plan = (call, _) => call == "Write" ? new EngineFault.Lies() : null;
        // The second time it has the blob, and says so.
        await _there.Remote.PutAsync(Large, Cancel);
        Assert.Equal(2, _there.Engine.Faults.CountOf("Write"));
    }

    [Fact]
    public async Task Many_small_blobs_travel_in_few_calls()
    {
        var tree = new TreeBuilder();
        for (var i = 0; i < 1000; i++)
            tree.AddFile(RelativePath.Parse($"d{i % 10}/f{i}"), await _there.Local.PutAsync(Content(200 + i), Cancel), executable: false);
        var root = await tree.WriteAsync(_there.Local, Cancel);
        await _there.Upload.SendAsync([root], [], Cancel);
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Engine.Blobs, root, Cancel));
        Assert.InRange(_there.Engine.Faults.Calls.Count, 3, 40);

        var before = _there.Engine.Faults.Calls.Count;
        await _there.Upload.SendAsync([root], [], Cancel);
        Assert.Equal(0, await new Trees.TreeUpload(_there.Local, _there.Remote).SendAsync([root], [], Cancel));
        Assert.Equal(before + 1, _there.Engine.Faults.Calls.Count);
    }

    [Fact]
    public async Task Every_call_says_who_we_are()
    {
        await _there.Remote.ContainsAsync(Digest.Of(Small), Cancel);
        Assert.Equal(1, _there.Engine.Headers["build.bazel.remote.execution.v2.requestmetadata-bin"].Count);
    }

    [Fact]
    public async Task A_call_that_hangs_is_given_up_and_made_again()
    {
        _there.Engine.Faults.Hung = () => ThreadPool.QueueUserWorkItem(_ => _there.Time.Advance(RemoteFixture.CallLimit));
        _there.Engine.Faults.Plan = (call, count) => call == "FindMissingBlobs" && count == 1 ? new EngineFault.Hangs() : null;
        Assert.False(await _there.Remote.ContainsAsync(Digest.Of(Small), Cancel));
        Assert.Equal(2, _there.Engine.Faults.CountOf("FindMissingBlobs"));
    }

    [Fact]
    public async Task An_engine_that_is_ill_is_asked_seven_times_and_no_more()
    {
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(StatusCode.Unavailable);
        var thrown = await Assert.ThrowsAsync<RemoteException>(async () => await _there.Remote.ContainsAsync(Digest.Of(Small), Cancel));
        Assert.Equal((StatusCode.Unavailable, 7), (thrown.Status, _there.Engine.Faults.CountOf("FindMissingBlobs")));
    }

    [Fact]
    public async Task A_run_has_one_budget_for_all_its_calls()
    {
        await using var there = await RemoteFixture.StartAsync(retries: 8);
        there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(StatusCode.Unavailable);
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<RemoteException>(async () => await there.Remote.ContainsAsync(Digest.Of(Small), Cancel));
        Assert.Equal(10 + 8, there.Engine.Faults.Calls.Count);
    }

    [Fact]
    public async Task What_is_refused_is_not_asked_again()
    {
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(StatusCode.PermissionDenied);
        await Assert.ThrowsAsync<RemoteException>(async () => await _there.Remote.ContainsAsync(Digest.Of(Small), Cancel));
        Assert.Single(_there.Engine.Faults.Calls);
    }

    [Fact]
    public async Task A_port_on_which_nobody_listens_is_told_with_a_hint()
    {
        var address = _there.Engine.Address;
        await using var gone = await RemoteFixture.StartAsync();
        await gone.Engine.DisposeAsync();
        var thrown = await Assert.ThrowsAsync<RemoteException>(async () => await gone.Connection.CapabilitiesAsync(Cancel));
        Assert.Contains("is not reached", thrown.Message, StringComparison.Ordinal);
        Assert.NotEqual(address, gone.Connection.Address);
    }

    private static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
