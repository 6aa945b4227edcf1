using System.Security.Cryptography;
using Grpc.Core;
using Monogres.Core;
using Monogres.Remote.Connection;
using Monogres.Store.Archives;

namespace Monogres.Remote.Blobs;

/// <summary>A blob as the engine sends it, verified when its last byte is read. A stream that breaks is asked for again, from where it broke.</summary>
/// <param name="connection">To the engine.</param>
/// <param name="digest">The blob.</param>
/// <param name="open">Begins to read at an offset of the content.</param>
/// <param name="damaged">Thrown when the content is another.</param>
internal sealed class RemoteReadStream(RemoteConnection connection, Digest digest, Func<long, CallOptions, Stream> open, Exception damaged) : Stream
{
    private readonly byte[] _buffer = new byte[Math.Clamp(digest.Size, 1, 256 << 10)];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource _closed = new();
    private Stream? _source;
    private ReadOnlyMemory<byte> _rest;
    private long _received;
    private long _done;
    private int _failures;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => digest.Size;

    public override long Position
    {
        get => _done;
        set => throw new NotSupportedException();
    }

    /// <summary>Asks for the first piece, so that a blob that is not there is known now.</summary>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    public async Task BeginAsync(CancellationToken cancel) => await FillAsync(cancel);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _done == digest.Size)
            return 0;

        await FillAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _rest.Length);
        _hash.AppendData(_rest.Span[..count]);
        if (_done + count == digest.Size && !Matches())
            throw damaged;

        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        _done += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a network is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed.Cancel();
            _source?.Dispose();
            _hash.Dispose();
            _closed.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Matches()
    {
        Span<byte> actual = stackalloc byte[Sha256Hash.Length];
        _hash.GetHashAndReset(actual);
        return new Sha256Hash(actual) == digest.Hash;
    }

    // Until there is something to give.
    private async Task FillAsync(CancellationToken cancel)
    {
        while (_rest.IsEmpty)
        {
            using var limit = new IdleLimit(connection.Options.CallLimit, connection.Time, cancel);
            try
            {
                // Not the token of one read: the call lives on for the next.
                _source ??= open(_received, connection.OptionsOf(_closed.Token));
                var count = await _source.ReadAsync(_buffer, limit.Token);
                if (count == 0)
                    throw new RpcException(new Grpc.Core.Status(StatusCode.DataLoss, "the blob ended too early"));

                _rest = _buffer.AsMemory(0, count);
                _received += count;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ArchiveException)
            {
                cancel.ThrowIfCancellationRequested();
                if (_source is not null)
                    await _source.DisposeAsync();
                _source = null;
                var failure = e as RpcException ?? new RpcException(e is ArchiveException
                    ? new Grpc.Core.Status(StatusCode.DataLoss, e.Message)
                    : new Grpc.Core.Status(StatusCode.DeadlineExceeded, "it took too long"));
                if (!await connection.MayGoOnAsync(++_failures, failure, cancel))
                    throw RemoteErrors.Of(connection.Address, "read a blob", failure);
            }

            if (_received > digest.Size)
                throw damaged;
        }
    }
}
