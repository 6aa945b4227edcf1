using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Stores;

/// <summary>Blobs in memory, for tests; safe for several threads.</summary>
public sealed class MemoryBlobStore : IDroppingBlobStore
{
    private readonly ConcurrentDictionary<Digest, byte[]> _blobs = new() { [Digest.Empty] = [] };

    /// <summary>What is here, the empty blob among them.</summary>
    public IReadOnlyCollection<Digest> Digests => [.. _blobs.Keys];

    /// <summary>Puts other content under a digest, as a bad disk would.</summary>
    public void Damage(Digest digest, byte[] content) => _blobs[digest] = content;

    public ValueTask<bool> ContainsAsync(Digest digest, CancellationToken cancel) => new(_blobs.ContainsKey(digest));

    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel) => _blobs.TryGetValue(digest, out var content)
        ? new(new MemoryStream(content, writable: false))
        : throw new BlobMissingException(digest, "is not in the store");

    public async ValueTask<Digest> PutAsync(Stream content, Digest? expected, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancel);
        var actual = Digest.Of(all.ToArray());
        if (expected is { } digest && digest != actual)
            throw new DigestMismatchException(digest, actual);

        _blobs[actual] = all.ToArray();
        return actual;
    }

    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var digest = Digest.Of(content.Span);
        _blobs[digest] = content.ToArray();
        return new(digest);
    }

    public void Drop(Digest digest)
    {
        if (digest != Digest.Empty)
            _blobs.TryRemove(digest, out _);
    }
}
