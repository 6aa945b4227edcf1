using Monogres.Core;

namespace Monogres.Store;

/// <summary>
/// Content by digest, with the verbs that a network can serve. Nothing enters under a digest that it does not have;
/// readers see a whole blob or none. The empty blob is always present. Implementations: disk, memory, remote; behaviours
/// are decorators.
/// </summary>
public interface IBlobStore
{
    /// <summary>Which of these blobs are not here with the right size. Does not read their content.</summary>
    ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel);

    /// <summary>Opens the content for reading; the caller disposes the stream.</summary>
    /// <exception cref="BlobMissingException">The blob is not here, or found to be damaged.</exception>
    ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel);

    /// <summary>Stores a blob whose digest is known beforehand.</summary>
    /// <param name="digest">The digest of what the stream yields; other content is not stored.</param>
    /// <param name="content">Read from its current position to its end.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    /// <exception cref="DigestMismatchException">The content has another digest.</exception>
    ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel);

    /// <summary>Stores these bytes.</summary>
    ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel);
}

/// <summary>
/// A store that takes streams whose digest is not known beforehand, and computes it while it writes: what archives and
/// directories are unpacked into. A network store cannot, because it must be told the digest first.
/// </summary>
public interface IIngestingBlobStore : IBlobStore
{
    /// <summary>Stores what the stream yields, to its end, and returns its digest.</summary>
    /// <param name="content">Read from its current position.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel);
}

/// <summary>A store of this process or machine. It can forget a blob that was found to be damaged, so that it is restored.</summary>
public interface ILocalBlobStore : IIngestingBlobStore
{
    /// <summary>Forgets the blob; no error when it is not here. The empty blob stays.</summary>
    void Drop(Digest digest);
}

/// <summary>What follows from the verbs of a store.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Whether the blob is here with the right size. For many blobs, ask once: <see cref="IBlobStore.FindMissingAsync"/>.</summary>
    public static async ValueTask<bool> ContainsAsync(this IBlobStore store, Digest digest, CancellationToken cancel) =>
        (await store.FindMissingAsync([digest], cancel)).Count == 0;
}

/// <summary>A blob that is needed is not in the store, or is damaged there: it can be downloaded or built again.</summary>
/// <param name="digest">The blob.</param>
/// <param name="reason">What was found: <c>is not in the store</c>, <c>is damaged</c>.</param>
public sealed class BlobMissingException(Digest digest, string reason) : Exception($"blob {digest} {reason}")
{
    /// <summary>The blob.</summary>
    public Digest Digest { get; } = digest;
}

/// <summary>Content did not have the digest it was announced with.</summary>
public sealed class DigestMismatchException(Digest expected, Digest actual) : Exception($"expected {expected}, got {actual}")
{
    /// <summary>What was asked for.</summary>
    public Digest Expected { get; } = expected;

    /// <summary>What came.</summary>
    public Digest Actual { get; } = actual;
}
