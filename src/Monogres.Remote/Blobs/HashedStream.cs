using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Remote.Blobs;

/// <summary>Hashes what is read of a stream.</summary>
/// <param name="content">Read from its current position; not disposed.</param>
internal sealed class HashedStream(Stream content) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>The digest of what was read; asked for once, at the end.</summary>
    public Digest Finish() => new(new Sha256Hash(_hash.GetHashAndReset()), _length);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await content.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..count]);
        _length += count;
        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("what goes to a network is read asynchronously");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
