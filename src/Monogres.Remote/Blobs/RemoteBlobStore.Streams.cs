using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Blobs;

/// <content>One large blob, in pieces. A stream that breaks is taken up where it broke.</content>
public sealed partial class RemoteBlobStore
{
    private const int Piece = 256 << 10;

    private readonly ByteStream.ByteStreamClient _streams = new(connection.Calls);

    private string NameOf(Digest digest) => $"{connection.Prefix}blobs/{digest.Hash}/{digest.Size}";

    private async ValueTask<Stream> OpenStreamAsync(Digest digest, CancellationToken cancel)
    {
        var stream = new RemoteReadStream(connection, digest, (offset, options) => _streams.Read(new ReadRequest { ResourceName = NameOf(digest), ReadOffset = offset }, options), Damaged(digest));
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
    }

    private async Task WriteStreamAsync(Digest digest, Stream content, CancellationToken cancel)
    {
        var (name, start) = ($"{connection.Prefix}uploads/{RemoteConnection.RandomId()}/blobs/{digest.Hash}/{digest.Size}", content.CanSeek ? content.Position : 0);
        for (var (count, offset) = (1, 0L); ; count++)
        {
            if (count > 1)
                content.Position = start;
            try
            {
                await WriteOnceAsync(digest, name, content, offset, cancel);
                return;
            }
            catch (RpcException e)
            {
                cancel.ThrowIfCancellationRequested();
                if (!content.CanSeek || !await connection.MayGoOnAsync(count, e, cancel))
                    throw RemoteErrors.Of(connection.Address, "take a blob", e);
            }

            offset = await CommittedAsync(name, digest, cancel);
        }
    }

    /// <summary>Sends a blob from an offset on. All of it is read and hashed, so that wrong content is noticed before the engine is told that it was all.</summary>
    private async Task WriteOnceAsync(Digest digest, string name, Stream content, long offset, CancellationToken cancel)
    {
        using var limit = new IdleLimit(connection.Options.CallLimit, connection.Time, cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var call = _streams.Write(connection.OptionsOf(limit.Token));
        try
        {
            var (held, position, accepted) = (ReadOnlyMemory<byte>.Empty, 0L, true);
            while (true)
            {
                var buffer = new byte[Piece];
                var read = await content.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, cancel);
                hash.AppendData(buffer.AsSpan(0, read));
                // The piece before is sent now that it is known not to be the last.
                if (read > 0)
                {
                    await SendAsync(finish: false);
                    (held, position) = (buffer.AsMemory(0, read), position + held.Length);
                    continue;
                }

                if (new Digest(new Sha256Hash(hash.GetHashAndReset()), position + held.Length) is var actual && actual != digest)
                    throw new DigestMismatchException(digest, actual);

                await SendAsync(finish: true);
                break;
            }

            if (accepted)
                await call.RequestStream.CompleteAsync();
            var committed = (await call.ResponseAsync).CommittedSize;
            if (committed != digest.Size && committed != -1)
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
    private async Task<long> CommittedAsync(string name, Digest digest, CancellationToken cancel)
    {
        try
        {
            var status = await connection.UnaryAsync("say how much of a blob it has", options => _streams.QueryWriteStatusAsync(new QueryWriteStatusRequest { ResourceName = name }, options), cancel);
            return Math.Clamp(status.CommittedSize, 0, digest.Size);
        }
        catch (RemoteException)
        {
            return 0;
        }
    }
}
