using Monogres.Store.Archives;

namespace Monogres.Remote.Blobs;

/// <summary>The content of what an engine says is zstd. What is not is told before the reader sees the <see cref="ArchiveException"/>.</summary>
/// <param name="pieces">What it sends; disposed with the stream.</param>
/// <param name="isNot">Told.</param>
internal sealed class UntrustedZstd(Stream pieces, Action isNot) : ForwardStream
{
    // How much may come is bounded by the size of the blob, which the reader knows.
    private readonly Stream _content = Decompression.Open(pieces, Compression.Zstd, ArchiveLimits.Default);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _content.ReadAsync(buffer, cancellationToken);
        }
        catch (ArchiveException)
        {
            isNot();
            throw;
        }
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("a network is read asynchronously");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }
}
