using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Stores;

/// <summary>Remembers which blobs were opened, so that a test can say what was never read.</summary>
public sealed class CountingBlobStore(IBlobStore inner) : IBlobStore
{
    private readonly ConcurrentQueue<Digest> _opened = new();

    /// <summary>Every blob that was opened, as often as it was.</summary>
    public IReadOnlyCollection<Digest> Opened => _opened;

    public ValueTask<bool> ContainsAsync(Digest digest, CancellationToken cancel) => inner.ContainsAsync(digest, cancel);

    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel)
    {
        _opened.Enqueue(digest);
        return inner.OpenAsync(digest, cancel);
    }

    public ValueTask<Digest> PutAsync(Stream content, Digest? expected, CancellationToken cancel) => inner.PutAsync(content, expected, cancel);

    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => inner.PutAsync(content, cancel);
}
