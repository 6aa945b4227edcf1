using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Stores;

/// <summary>Remembers which blobs were opened and how often was asked for missing ones, so that a test can say what was never read, or asked one by one.</summary>
public sealed class CountingBlobStore(IIngestingBlobStore inner) : IIngestingBlobStore
{
    private readonly ConcurrentQueue<Digest> _opened = new();
    private readonly ConcurrentQueue<int> _asked = new();

    /// <summary>Every blob that was opened, as often as it was.</summary>
    public IReadOnlyCollection<Digest> Opened => _opened;

    /// <summary>About how many blobs was asked, each time.</summary>
    public IReadOnlyCollection<int> Asked => _asked;

    public ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel)
    {
        _asked.Enqueue(digests.Count);
        return inner.FindMissingAsync(digests, cancel);
    }

    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel)
    {
        _opened.Enqueue(digest);
        return inner.OpenAsync(digest, cancel);
    }

    public ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel) => inner.PutAsync(digest, content, cancel);

    public ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel) => inner.PutAsync(content, cancel);

    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => inner.PutAsync(content, cancel);
}
