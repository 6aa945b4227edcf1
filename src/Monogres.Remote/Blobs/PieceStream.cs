using Grpc.Core;
using Monogres.Protocol;
using Monogres.Store.Archives;

namespace Monogres.Remote.Blobs;

/// <summary>What comes of a call to <c>ByteStream.Read</c>, one piece after the other.</summary>
/// <param name="call">The call; ended with the stream.</param>
internal sealed class PieceStream(AsyncServerStreamingCall<ReadResponse> call) : ForwardStream
{
    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await call.ResponseStream.MoveNext(cancellationToken))
                return 0;

            _rest = call.ResponseStream.Current.Data.Memory;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("a network is read asynchronously");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            call.Dispose();
        base.Dispose(disposing);
    }
}
