using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Blobs;

/// <content>Many small blobs in one message.</content>
public sealed partial class RemoteBlobStore
{
    /// <summary>Reads blobs that each fit into a message, in as few calls as possible. One that is not there, or came with other content, is not given to the sink.</summary>
    /// <param name="digests">Which.</param>
    /// <param name="sink">Gets each, verified.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    internal async Task ReadManyAsync(IEnumerable<Digest> digests, Func<Digest, byte[], ValueTask> sink, CancellationToken cancel)
    {
        foreach (var batch in Batches(digests.Distinct(), digest => digest.Size, (await connection.CapabilitiesAsync(cancel)).BatchBytes))
            await ReadBatchAsync(batch, sink, cancel);
    }

    /// <summary>Stores blobs that each fit into a message, whose digests were checked.</summary>
    /// <exception cref="RemoteException">The engine could not take them.</exception>
    internal async Task WriteManyAsync(IEnumerable<(Digest Digest, byte[] Content)> blobs, CancellationToken cancel)
    {
        foreach (var batch in Batches(blobs, blob => blob.Digest.Size, (await connection.CapabilitiesAsync(cancel)).BatchBytes))
            await WriteBatchAsync(batch, cancel);
    }

    private async Task ReadBatchAsync(List<Digest> batch, Func<Digest, byte[], ValueTask> sink, CancellationToken cancel)
    {
        var request = new BatchReadBlobsRequest { InstanceName = connection.Address.Instance };
        request.Digests.AddRange(batch.Select(Store.Digests.ToWire));
        BatchReadBlobsResponse answer;
        try
        {
            answer = await connection.UnaryAsync("read blobs", options => _blobs.BatchReadBlobsAsync(request, options), cancel);
        }
        catch (RemoteException e) when (batch.Count > 1 && e.Status is StatusCode.ResourceExhausted or StatusCode.InvalidArgument)
        {
            // Its limit on messages is smaller than it says.
            await ReadBatchAsync(batch[..(batch.Count / 2)], sink, cancel);
            await ReadBatchAsync(batch[(batch.Count / 2)..], sink, cancel);
            return;
        }
        catch (RemoteException e) when (e.Status is StatusCode.Unimplemented or StatusCode.ResourceExhausted)
        {
            foreach (var digest in batch)
                await ReadByStreamAsync(digest, sink, cancel);
            return;
        }

        var wanted = batch.ToHashSet();
        foreach (var blob in answer.Responses)
        {
            if ((blob.Status?.Code ?? 0) == 0 && RemoteDigests.TryRead(blob.Digest, out var digest) && Digest.Of(blob.Data.Span) == digest && wanted.Remove(digest))
                await sink(digest, blob.Data.ToByteArray());
        }
    }

    private async Task ReadByStreamAsync(Digest digest, Func<Digest, byte[], ValueTask> sink, CancellationToken cancel)
    {
        try
        {
            var stream = await OpenStreamAsync(digest, cancel);
            await using (stream)
            {
                var content = new byte[digest.Size];
                await stream.ReadExactlyAsync(content, cancel);
                await sink(digest, content);
            }
        }
        catch (Store.BlobMissingException)
        {
            // Then it is not given.
        }
    }

    private async Task WriteBatchAsync(List<(Digest Digest, byte[] Content)> batch, CancellationToken cancel)
    {
        var request = new BatchUpdateBlobsRequest { InstanceName = connection.Address.Instance };
        request.Requests.AddRange(batch.Select(blob => new BatchUpdateBlobsRequest.Types.Request { Digest = Store.Digests.ToWire(blob.Digest), Data = UnsafeByteOperations.UnsafeWrap(blob.Content) }));
        BatchUpdateBlobsResponse answer;
        try
        {
            answer = await connection.UnaryAsync("take blobs", options => _blobs.BatchUpdateBlobsAsync(request, options), cancel);
        }
        catch (RemoteException e) when (batch.Count > 1 && e.Status is StatusCode.ResourceExhausted or StatusCode.InvalidArgument)
        {
            await WriteBatchAsync(batch[..(batch.Count / 2)], cancel);
            await WriteBatchAsync(batch[(batch.Count / 2)..], cancel);
            return;
        }
        catch (RemoteException e) when (e.Status is StatusCode.Unimplemented or StatusCode.ResourceExhausted)
        {
            foreach (var (digest, content) in batch)
                await WriteByStreamAsync(digest, content, cancel);
            return;
        }

        var refused = batch.ToDictionary(blob => blob.Digest, blob => blob.Content);
        foreach (var one in answer.Responses)
        {
            if ((one.Status?.Code ?? 0) == 0 && RemoteDigests.TryRead(one.Digest, out var digest))
                refused.Remove(digest);
        }

        // One by one, so that what keeps it from being taken is told.
        foreach (var (digest, content) in refused)
            await WriteByStreamAsync(digest, content, cancel);
    }

    private async Task WriteByStreamAsync(Digest digest, byte[] content, CancellationToken cancel)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteStreamAsync(digest, stream, cancel);
    }

    private static IEnumerable<List<T>> Batches<T>(IEnumerable<T> items, Func<T, long> sizeOf, int limit)
    {
        var (batch, bytes) = (new List<T>(), 0L);
        foreach (var item in items)
        {
            var size = sizeOf(item) + Overhead;
            if (batch.Count > 0 && bytes + size > limit)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += size;
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
