namespace Monogres.Store.Archives;

/// <summary>How far an archive may grow before it is taken for a bomb.</summary>
public sealed record ArchiveLimits
{
    /// <summary>The limits for archives that we know by digest: generous.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Bytes after decompression.</summary>
    public long MaxBytes { get; init; } = 16L << 30;

    /// <summary>Bytes after decompression per byte before.</summary>
    public int MaxRatio { get; init; } = 2000;

    /// <summary>Bytes after decompression that are allowed whatever the ratio: small archives of zeros are not bombs.</summary>
    public long RatioFloor { get; init; } = 64L << 20;

    /// <summary>Entries of a tar archive.</summary>
    public int MaxEntries { get; init; } = 1_000_000;
}
