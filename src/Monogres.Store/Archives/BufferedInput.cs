using System.Buffers;

namespace Monogres.Store.Archives;

/// <summary>
/// Reads ahead in large pieces, so that a decoder may take single bytes, shows the next bytes without taking them, and
/// counts. Owns the inner stream.
/// </summary>
internal sealed class BufferedInput(Stream inner) : ForwardStream
{
    private const int Capacity = 128 << 10;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _start, _end;

    /// <summary>Bytes read from the inner stream so far.</summary>
    public long Count { get; private set; }

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(BufferedInput));

    /// <summary>Bytes taken so far.</summary>
    public override long Position
    {
        get => Count - (_end - _start);
        set => throw new NotSupportedException();
    }

    /// <summary>The next bytes, which stay to be read: fewer only at the end.</summary>
    public ReadOnlySpan<byte> Peek(int length)
    {
        if (_end - _start < length)
        {
            MakeRoom();
            Filled(inner.ReadAtLeast(Buffer.AsSpan(_end), length - _end, throwOnEndOfStream: false));
        }

        return Peeked(length);
    }

    /// <summary>The compression that the next bytes tell.</summary>
    public async ValueTask<Compression> DetectAsync(CancellationToken cancel)
    {
        MakeRoom();
        Filled(await inner.ReadAtLeastAsync(Buffer.AsMemory(_end), CompressionMagic.Length, throwOnEndOfStream: false, cancel));
        return CompressionMagic.Detect(Peeked(CompressionMagic.Length));
    }

    /// <summary>Takes bytes that were seen.</summary>
    public void Skip(int length) => _start += length;

    public override int ReadByte()
    {
        if (_start == _end)
            Refill();
        return _start == _end ? -1 : Buffer[_start++];
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
            Refill();
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            MakeRoom();
            Filled(await inner.ReadAsync(Buffer, cancellationToken));
        }

        return Take(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Refill()
    {
        MakeRoom();
        Filled(inner.Read(Buffer));
    }

    private void MakeRoom()
    {
        Buffer.AsSpan(_start.._end).CopyTo(Buffer);
        (_start, _end) = (0, _end - _start);
    }

    private void Filled(int count)
    {
        _end += count;
        Count += count;
    }

    private ReadOnlySpan<byte> Peeked(int length) => Buffer.AsSpan(_start, Math.Min(length, _end - _start));

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        Buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
