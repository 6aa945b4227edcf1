using System.Collections.Immutable;

namespace Monogres.Core;

/// <summary>A file by digest, and every place that has exactly these bytes.</summary>
public sealed record PinnedFile
{
    /// <summary>What the file is called.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Its size in bytes, or null where only the hash is known.</summary>
    public required long? Size { get; init; }

    /// <summary>Where to download it, in the order to try.</summary>
    public required ImmutableArray<Place> Places { get; init; }
}
