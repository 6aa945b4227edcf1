using System.Buffers;
using System.Net;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>A part of a blob as the body of a request: read when it is sent, and never as a whole.</summary>
/// <param name="blobs">Has it.</param>
/// <param name="blob">Which.</param>
/// <param name="offset">Where the part begins.</param>
/// <param name="length">How long it is.</param>
/// <param name="sent">Told whenever some of it was sent.</param>
internal sealed class PartOfBlob(IBlobStore blobs, Digest blob, long offset, long length, Action sent) : HttpContent
{
    private const int BufferSize = 128 * 1024;

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var content = await blobs.OpenAsync(blob, cancellationToken);
            await using (content)
            {
                for (var skip = offset; skip > 0;)
                    skip -= await ReadAsync(content, buffer.AsMemory(0, (int)Math.Min(skip, BufferSize)), cancellationToken);
                for (var left = length; left > 0;)
                {
                    var count = await ReadAsync(content, buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancellationToken);
                    await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    sent();
                    left -= count;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancel) =>
        await content.ReadAsync(buffer, cancel) is > 0 and var count ? count : throw new BlobMissingException(blob, "ended early");
}
