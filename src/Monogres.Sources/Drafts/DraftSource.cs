using System.Collections.Immutable;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Core;

namespace Monogres.Sources.Drafts;

/// <summary>An archive for the index, and what is known about it.</summary>
/// <param name="Place">Where everyone can download it.</param>
/// <param name="File">What it is.</param>
/// <param name="Archive">What it holds.</param>
/// <param name="Inspection">What was found in that.</param>
public sealed record DraftSource(DraftPlace Place, Digest File, SourceArchive Archive, SourceInspection Inspection)
{
    /// <summary>The submodules that it is built with, outer ones first.</summary>
    public ImmutableArray<DraftPart> Parts { get; init; } = [];

    /// <summary>Why its submodules are not among the parts; null when they are, or it has none.</summary>
    public string? WithoutParts { get; init; }

    /// <summary>The commit that it is, or null.</summary>
    public string? Commit => Place.Commit ?? (Archive.Survey.Comment is { Length: 40 } comment && comment.All(char.IsAsciiHexDigitLower) ? comment : null);
}
