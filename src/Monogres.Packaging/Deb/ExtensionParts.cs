using System.Collections.Immutable;

namespace Monogres.Packaging.Deb;

/// <summary>The package of an extension.</summary>
internal static class ExtensionParts
{
    private const string DroppedPrefix = "pg-";

    /// <summary>One package, with everything.</summary>
    public static ImmutableArray<DebPart> Of(DebRequest request, DebExtension extension)
    {
        var names = request.Names;
        var name = names.Extension(extension.Name);
        var others = OtherNames(request, extension).Where(other => !string.Equals(other, name, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return
        [
            new DebPart
            {
                Name = name,
                Files = ["**"],
                Section = "database",
                Synopsis = DebTexts.Synopsis(request.Summary),
                Description = [$"{request.Title} for PostgreSQL {names.Major}{(names.Flavour is null ? "" : $", for the server of {names.Server} only")}."],
                Depends = [names.Server, .. extension.Requires],
                Provides = [.. others.Select(other => $"{other} (= {request.PackageVersion})")],
                Conflicts = others,
            },
        ];
    }

    /// <summary>What PGDG calls it, which for many is the name without <c>pg_</c>: the files are the same, so that one takes the place of the other.</summary>
    private static IEnumerable<string> OtherNames(DebRequest request, DebExtension extension)
    {
        var own = request.Names.Extension(extension.Name)[(request.Names.Server.Length + 1)..];
        return (own.StartsWith(DroppedPrefix, StringComparison.Ordinal) ? [own[DroppedPrefix.Length..]] : (string[])[]).Concat(extension.Aliases).Select(request.Names.Extension);
    }
}
