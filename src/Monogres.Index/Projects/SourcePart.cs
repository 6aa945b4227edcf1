using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>An archive that is a part of a source.</summary>
/// <param name="To">The directory of the source that it becomes.</param>
/// <param name="File">The archive.</param>
public sealed record SourcePart(RelativePath To, SourceFile File)
{
    internal static ObjectShape Shape { get; } = new("part", ["sha256", "places"], ["size", "strip_prefix"]);

    /// <summary>Reads <c>parts</c> of a release.</summary>
    internal static IEnumerable<SourcePart> ReadAll(JsonShaped release, SourceReader sources, SourcePin pin) => release.Entries("parts").Select(part =>
    {
        if (!RelativePath.TryParse(part.Name, out var to) || to.IsRoot)
            part.Field.Problem("is not a valid path: expected a directory of the source, without leading slash, `.` or `..`");

        return new SourcePart(to, sources.ReadWhole(part.Name, part.Field, Shape, pin));
    });
}
