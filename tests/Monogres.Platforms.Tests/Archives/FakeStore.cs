using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Platforms.Tests.Archives;

/// <summary>Blobs and results in memory, from which a test can take some away.</summary>
public sealed class FakeStore : IBlobStore, IActionCache
{
    public ConcurrentDictionary<Digest, byte[]> Blobs { get; } = new();

    public ConcurrentDictionary<Digest, ActionResult> Results { get; } = new();

    /// <summary>When set, storing anything fails.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<bool> ContainsAsync(Digest digest, CancellationToken cancel) =>
        ValueTask.FromResult(digest == Digest.Empty || Blobs.ContainsKey(digest));

    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel) => digest == Digest.Empty
        ? ValueTask.FromResult(Stream.Null)
        : Blobs.TryGetValue(digest, out var blob)
            ? ValueTask.FromResult<Stream>(new MemoryStream(blob, writable: false))
            : throw new BlobMissingException(digest, "is not in the store");

    public async ValueTask<Digest> PutAsync(Stream content, Digest? expected, CancellationToken cancel)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancel);
        return await PutAsync(copy.ToArray(), cancel);
    }

    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        if (Failure is { } failure)
            throw failure;

        var digest = Digest.Of(content.Span);
        Blobs[digest] = content.ToArray();
        return ValueTask.FromResult(digest);
    }

    public ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel) => ValueTask.FromResult(Results.GetValueOrDefault(action));

    public ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel)
    {
        Results[action] = result;
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        Results.TryRemove(action, out _);
        return ValueTask.CompletedTask;
    }
}
