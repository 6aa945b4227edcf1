using System.Buffers;

namespace Monogres.Store.Archives;

/// <summary>Reads a stream through a <see cref="Decoder"/>. Owns both.</summary>
internal sealed class DecoderStream(Stream input, Decoder decoder) : ForwardStream
{
    private const int InputBuffer = 128 << 10;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(InputBuffer);
    private int _start, _end;
    private bool _last;

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_start == _end && !_last)
                Filled(input.Read(Buffer));
            if (TryDecode(buffer, out var written))
                return written;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_start == _end && !_last)
                Filled(await input.ReadAsync(Buffer, cancellationToken));
            if (TryDecode(buffer.Span, out var written))
                return written;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
            decoder.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(DecoderStream));

    private void Filled(int count)
    {
        (_start, _end) = (0, count);
        _last = count == 0;
    }

    /// <summary>False when more input is needed.</summary>
    private bool TryDecode(Span<byte> output, out int written)
    {
        written = 0;
        if (output.IsEmpty)
            return true;

        (var consumed, written) = decoder.Decode(Buffer.AsSpan(_start.._end), output, _last);
        _start += consumed;
        if (written > 0)
            return true;
        if (_start < _end && consumed == 0)
            throw new ArchiveException("the compressed data is damaged");
        if (!_last || consumed > 0)
            return false;

        return decoder.Complete ? true : throw new ArchiveException("the compressed data is truncated");
    }
}
