using Monogres.Core;

namespace Monogres.Store;

/// <summary>
/// Content by digest. Nothing enters under a digest that it does not have; readers see a whole blob or none.
/// The empty blob is always present. Implementations: disk, memory, remote; behaviours are decorators.
/// </summary>
public interface IBlobStore
{
    /// <summary>Whether the blob is here with the right size. Does not read the content.</summary>
    ValueTask<bool> ContainsAsync(Digest digest, CancellationToken cancel);

    /// <summary>Opens the content for reading; the caller disposes the stream.</summary>
    /// <exception cref="BlobMissingException">The blob is not here, or found to be damaged.</exception>
    ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel);

    /// <summary>Stores what the stream yields, to its end, and returns its digest.</summary>
    /// <param name="content">Read from its current position.</param>
    /// <param name="expected">When given, content with another digest is not stored.</param>
    /// <param name="cancel">Stops; nothing half-written stays.</param>
    /// <exception cref="DigestMismatchException">The content is not the expected one.</exception>
    ValueTask<Digest> PutAsync(Stream content, Digest? expected, CancellationToken cancel);

    /// <summary>Stores these bytes.</summary>
    ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel);
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
