using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Core;

namespace Monogres.Sources.Drafts;

/// <summary>An archive for the index, and what is known about it.</summary>
/// <param name="Place">Where everyone can download it.</param>
/// <param name="File">What it is.</param>
/// <param name="Archive">What it holds.</param>
/// <param name="Inspection">What was found in that.</param>
public sealed record DraftSource(DraftPlace Place, Digest File, SourceArchive Archive, SourceInspection Inspection);
