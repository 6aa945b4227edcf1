using SharpCompress.Compressors.ZStandard;

namespace Monogres.Store.Archives;

/// <summary>
/// A stream in the form of zstd (RFC 8878), made while it is read, for a network. Never for what is kept or has a digest: the same
/// content has other bytes with another version of the library.
/// </summary>
public sealed class ZstdCompressed : ForwardStream
{
    // The fastest level but one: a network is the slower part, and text of sources shrinks to a fourth.
    private const int Level = 2;

    private const int Piece = 256 << 10;

    private readonly Stream _content;
    private readonly MemoryStream _made = new();
    private readonly byte[] _piece = new byte[Piece];
    private CompressionStream? _compressor;
    private bool _ended;

    /// <summary>Begins.</summary>
    /// <param name="content">Read from its current position to its end; not disposed.</param>
    public ZstdCompressed(Stream content)
    {
        _content = content;
        _compressor = new CompressionStream(_made, Level, bufferSize: 0, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended && _made.Position == _made.Length)
        {
            _made.SetLength(0);
            var read = await _content.ReadAtLeastAsync(_piece, Piece, throwOnEndOfStream: false, cancellationToken);
            Make(read);
            _made.Position = 0;
        }

        return _made.Read(buffer.Span);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException("what goes to a network is read asynchronously");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _compressor?.Dispose();
            _made.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Make(int read)
    {
        _compressor!.Write(_piece, 0, read);
        if (read == Piece)
            return;

        // The end of the frame is written when it is disposed.
        _compressor.Dispose();
        _compressor = null;
        _ended = true;
    }
}
