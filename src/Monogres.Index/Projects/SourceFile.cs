using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Projects;

/// <summary>One file that holds the whole source of a release, and every place that has exactly these bytes.</summary>
public sealed record SourceFile
{
    /// <summary>Which of the project's sources this is: <c>tarball</c>, <c>tag</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Its size in bytes, or null where only the hash is known.</summary>
    public required long? Size { get; init; }

    /// <summary>The directory inside the archive that holds the source tree; its name is stripped. Null for the archive's one top folder, whatever its name.</summary>
    public required RelativePath? StripPrefix { get; init; }

    /// <summary>Where to download it, in the order to try.</summary>
    public required ImmutableArray<Place> Places { get; init; }

    /// <summary>The SHA-256 of the archive without its compression, or null where it is not known. It outlives the compressor, whose next version may write other bytes.</summary>
    public Sha256Hash? TarSha256 { get; init; }

    /// <summary>How it is compressed, when the file is exactly what <c>git archive</c> makes of the release's commit; else null.</summary>
    public GitCompression? GitArchive { get; init; }

    /// <summary>Who vouches for the digest, by the names of <see cref="Project.Authorities"/>; empty where the index does not say.</summary>
    public ImmutableArray<string> Authorities { get; init; } = [];

    /// <summary>The names that the file may have in a source mirror, each name once, in the order of the places.</summary>
    public IEnumerable<string> FileNames => Places.Select(place => place.FileName).Distinct(StringComparer.Ordinal);
}
