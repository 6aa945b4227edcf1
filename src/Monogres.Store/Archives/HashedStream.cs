using System.Security.Cryptography;
using Monogres.Core;

namespace Monogres.Store.Archives;

/// <summary>Hashes what is read of a stream.</summary>
/// <param name="content">Read from its current position; not disposed.</param>
public sealed class HashedStream(Stream content) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>The digest of what was read so far; asked for once.</summary>
    public Digest Finish() => new(new Sha256Hash(_hash.GetHashAndReset()), _length);

    /// <summary>Reads what is left, and returns the digest of everything.</summary>
    public async Task<Digest> ToEndAsync(CancellationToken cancel)
    {
        await CopyToAsync(Null, cancel);
        return Finish();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Count(buffer, content.Read(buffer));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        return Count(buffer.Span, read);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private int Count(ReadOnlySpan<byte> buffer, int read)
    {
        _hash.AppendData(buffer[..read]);
        _length += read;
        return read;
    }
}
