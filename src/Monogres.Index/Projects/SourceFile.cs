using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index;

/// <summary>One file that holds the whole source of a release, and every place where exactly these bytes can be had.</summary>
public sealed record SourceFile
{
    /// <summary>Which of the project's sources this is: <c>tarball</c>, <c>tag</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Its size in bytes, or null where only the hash is known.</summary>
    public required long? Size { get; init; }

    /// <summary>The directory inside the archive that holds the source tree; it is left out of the tree. Null for the archive's one top folder, whatever it is called.</summary>
    public required RelativePath? StripPrefix { get; init; }

    /// <summary>Where to have it from, in the order to try.</summary>
    public required ImmutableArray<Place> Places { get; init; }

    /// <summary>What the file may be called in a folder of sources, each name once, in the order of the places.</summary>
    public IEnumerable<string> FileNames => Places.Select(place => place.FileName).Distinct(StringComparer.Ordinal);
}
