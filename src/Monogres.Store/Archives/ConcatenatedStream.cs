namespace Monogres.Store.Archives;

/// <summary>
/// Decodes compressed streams that follow each other, as parallel compressors write them, up to the end of the input. The
/// decoders of xz and bzip2 stop after the first one and leave the input at the next byte; whatever stands there and is
/// no further stream is refused.
/// </summary>
/// <remarks>
/// Decoding does not wait asynchronously: these decoders take their input byte by byte, and await by byte costs two to
/// three times as much.
/// </remarks>
/// <param name="input">At the start of a stream.</param>
/// <param name="compression">What the streams are.</param>
/// <param name="open">A decoder of the one stream that begins at the input's position; it must not dispose the input.</param>
internal sealed class ConcatenatedStream(BufferedInput input, Compression compression, Func<Stream, Stream> open) : ForwardStream
{
    /// <summary>Between two xz streams may stand a multiple of this many zero bytes.</summary>
    private const int XzPadding = 4;

    private Stream? _current;
    private bool _any;

    public override int Read(Span<byte> buffer)
    {
        while (_current is not null || Next())
        {
            if (_current!.Read(buffer) is > 0 and var count)
                return count;

            _current.Dispose();
            _current = null;
        }

        return 0;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Next()
    {
        if (_any && compression == Compression.Xz)
            SkipPadding();

        var start = input.Peek(CompressionMagic.Length);
        if (_any && start.IsEmpty)
            return false;

        if (CompressionMagic.Detect(start) != compression)
            throw new ArchiveException(_any ? "the compressed data is damaged: something follows it" : "the compressed data is damaged or truncated: it does not begin as it should");

        _any = true;
        _current = open(input);
        return true;
    }

    private void SkipPadding()
    {
        while (input.Peek(XzPadding) is { Length: XzPadding } padding && !padding.ContainsAnyExcept((byte)0))
            input.Skip(XzPadding);
    }
}
