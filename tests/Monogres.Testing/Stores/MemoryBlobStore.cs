using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Stores;

/// <summary>Blobs in memory, for tests; safe for several threads.</summary>
public sealed class MemoryBlobStore : ILocalBlobStore
{
    private readonly ConcurrentDictionary<Digest, byte[]> _blobs = new() { [Digest.Empty] = [] };

    /// <summary>What is here, the empty blob among them.</summary>
    public IReadOnlyCollection<Digest> Digests => [.. _blobs.Keys];

    /// <summary>Puts other content under a digest, as a bad disk would.</summary>
    public void Damage(Digest digest, byte[] content) => _blobs[digest] = content;

    /// <summary>What becomes of blobs before they are stored: a full disk throws.</summary>
    public Action<Digest>? Storing { get; init; }

    public ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel) =>
        new(digests.Where(digest => !_blobs.ContainsKey(digest)).ToHashSet());

    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel) => _blobs.TryGetValue(digest, out var content)
        ? new(new MemoryStream(content, writable: false))
        : throw new BlobMissingException(digest, "is not in the store");

    public async ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel)
    {
        var bytes = await ReadAsync(content, cancel);
        if (Digest.Of(bytes) is var actual && actual != digest)
            throw new DigestMismatchException(digest, actual);

        await PutAsync(bytes, cancel);
    }

    public async ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel) => await PutAsync(await ReadAsync(content, cancel), cancel);

    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var digest = Digest.Of(content.Span);
        Storing?.Invoke(digest);
        _blobs[digest] = content.ToArray();
        return new(digest);
    }

    public void Drop(Digest digest)
    {
        if (digest != Digest.Empty)
            _blobs.TryRemove(digest, out _);
    }

    private static async ValueTask<byte[]> ReadAsync(Stream content, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancel);
        return all.ToArray();
    }
}
