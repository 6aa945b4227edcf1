using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Store;
using Monogres.Store.Archives;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Blobs;

/// <content>One large blob, in pieces. A stream that breaks is taken up where it broke.</content>
public sealed partial class RemoteBlobStore
{
    private const int Piece = 256 << 10;

    private readonly ByteStream.ByteStreamClient _streams = new(connection.Calls);

    // An engine that offers zstd and gives something else is asked for plain bytes from then on; some of them mean it well.
    private volatile bool _plain;

    private async ValueTask<bool> CompressesAsync(CancellationToken cancel) => !_plain && (await connection.CapabilitiesAsync(cancel)).OffersZstd;

    private static string NameOf(Digest digest, bool compressed) => $"{(compressed ? "compressed-blobs/zstd" : "blobs")}/{digest.Hash}/{digest.Size}";

    private async ValueTask<Stream> OpenStreamAsync(Digest digest, CancellationToken cancel)
    {
        var offers = await CompressesAsync(cancel);
        var stream = new RemoteReadStream(connection, digest, Open, Damaged(digest));
        try
        {
            await stream.BeginAsync(cancel);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            throw e is RemoteException { Status: StatusCode.NotFound or StatusCode.OutOfRange } ? Missing(digest) : e;
        }

        Stream Open(long offset, CallOptions options)
        {
            var compressed = offers && !_plain;
            var pieces = new PieceStream(_streams.Read(new ReadRequest { ResourceName = connection.Prefix + NameOf(digest, compressed), ReadOffset = offset }, options));
            return compressed ? new UntrustedZstd(pieces, () => _plain = true) : pieces;
        }
    }

    private async Task WriteStreamAsync(Digest digest, Stream content, CancellationToken cancel)
    {
        var compressed = await CompressesAsync(cancel);
        var (name, start) = ($"{connection.Prefix}uploads/{RemoteConnection.RandomId()}/{NameOf(digest, compressed)}", content.CanSeek ? content.Position : 0);
        for (var (count, offset) = (1, 0L); ; count++)
        {
            if (count > 1)
                content.Position = start;
            try
            {
                await WriteOnceAsync(digest, name, content, compressed, offset, cancel);
                return;
            }
            catch (RpcException e)
            {
                cancel.ThrowIfCancellationRequested();
                if (!content.CanSeek || !await connection.MayGoOnAsync(count, e, cancel))
                    throw RemoteErrors.Of(connection.Address, "take a blob", e);
            }

            offset = await CommittedAsync(name, cancel);
        }
    }

    /// <summary>Sends a blob from an offset of what is sent on. All of it is read and hashed, so that wrong content is noticed before the engine is told that it was all.</summary>
    private async Task WriteOnceAsync(Digest digest, string name, Stream content, bool compressed, long offset, CancellationToken cancel)
    {
        using var limit = new IdleLimit(connection.Options.CallLimit, connection.Time, cancel);
        using var hashed = new HashedStream(content);
        // The same bytes each time that it is made, so that it can be taken up in its middle.
        using Stream sent = compressed ? new ZstdCompressed(hashed) : hashed;
        using var call = _streams.Write(connection.OptionsOf(limit.Token));
        try
        {
            var (held, position, accepted) = (ReadOnlyMemory<byte>.Empty, 0L, true);
            while (true)
            {
                var buffer = new byte[Piece];
                var read = await sent.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, cancel);
                // The piece before is sent now that it is known not to be the last.
                if (read > 0)
                {
                    await SendAsync(finish: false);
                    (held, position) = (buffer.AsMemory(0, read), position + held.Length);
                    continue;
                }

                if (hashed.Finish() is var actual && actual != digest)
                    throw new DigestMismatchException(digest, actual);

                await SendAsync(finish: true);
                break;
            }

            if (accepted)
                await call.RequestStream.CompleteAsync();
            var committed = (await call.ResponseAsync).CommittedSize;
            if (committed != digest.Size && committed != position + held.Length && committed != -1)
                throw new RpcException(new Grpc.Core.Status(StatusCode.DataLoss, $"{committed} of {digest.Size} bytes were kept"));

            async Task SendAsync(bool finish)
            {
                // An engine that has the blob already ends the call early; what is behind the offset it has.
                var skip = (int)Math.Clamp(offset - position, 0, held.Length);
                if (!accepted || (skip == held.Length && !finish))
                    return;

                try
                {
                    await call.RequestStream.WriteAsync(new WriteRequest
                    {
                        ResourceName = name,
                        WriteOffset = position + skip,
                        Data = UnsafeByteOperations.UnsafeWrap(held[skip..]),
                        FinishWrite = finish,
                    }, limit.Token);
                    limit.Renew();
                }
                catch (Exception e) when (e is InvalidOperationException or RpcException { StatusCode: StatusCode.OK })
                {
                    accepted = false;
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "it took too long"));
        }
    }

    /// <summary>How much of an upload the engine has kept; 0 when it does not say.</summary>
    private async Task<long> CommittedAsync(string name, CancellationToken cancel)
    {
        try
        {
            var status = await connection.UnaryAsync("say how much of a blob it has", options => _streams.QueryWriteStatusAsync(new QueryWriteStatusRequest { ResourceName = name }, options), cancel);
            return Math.Max(status.CommittedSize, 0);
        }
        catch (RemoteException)
        {
            return 0;
        }
    }
}
