using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Platforms.Composer;

/// <summary>The errors of composing a root that a change of the index can cure.</summary>
internal static class CompositionErrors
{
    /// <summary>Two packages have different things at one path.</summary>
    public static UserErrorException PackagesClash(TreeConflictException conflict, IReadOnlyList<string> packages) => new(
        $"packages cannot be composed into one root: {conflict.Message}",
        "remove one of the packages from the package set, or omit the path by the platform's rules",
        [.. packages.Select(package => $"`{package}` has `{conflict.Path}`")],
        conflict);

    /// <summary>The platform has two entries for one path, so that the result would depend on their order.</summary>
    public static UserErrorException NamedTwice(string part, RelativePath path) => new(
        $"the {part} of the platform name `{path}` twice", "keep one of the two in platform.json");

    /// <summary>Something that the platform lays over the packages cannot stand there.</summary>
    public static UserErrorException PartClashes(string part, TreeConflictException conflict) => new(
        $"the {part} of the platform conflict with its packages: {conflict.Message}", "change platform.json", inner: conflict);
}
