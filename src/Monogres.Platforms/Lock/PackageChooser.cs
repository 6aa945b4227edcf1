using System.Collections.Immutable;
using Monogres.Platforms.Contents;

namespace Monogres.Platforms.Lock;

/// <summary>Chooses the packages of a suite that have what is needed.</summary>
/// <param name="contents">Which packages have the files; null when all that is asked for are packages by name.</param>
/// <param name="find">The package of a name, or null.</param>
/// <param name="alternatives">The package that has a file by way of a link of the platform, or null: see <c>alternatives</c> in <c>platform.json</c>.</param>
/// <param name="isPreferred">Whether a package is wanted already, so that it is chosen among several.</param>
public sealed class PackageChooser(ContentsIndex? contents, Func<string, ArchivePackage?> find, Func<WantedFile, string?> alternatives, Func<string, bool> isPreferred)
{
    /// <summary>The packages with what is needed.</summary>
    public PackageAnswer Choose(PackageAsk ask)
    {
        var build = new SortedSet<string>(ask.Packages, StringComparer.Ordinal);
        if (build.FirstOrDefault(name => find(name) is null) is { } missing)
            return new PackageAnswer.Nowhere(missing);

        var hasPrograms = ask.IsTool;
        foreach (var file in ask.Files.Where(file => file.Kind is not WantedKind.Header))
        {
            var packages = alternatives(file) is { } known ? [known] : contents!.PackagesWith(file);
            if (packages.Count == 0)
                continue;

            if (!packages.Any(build.Contains))
            {
                if (OneOf(packages) is not { } chosen)
                    return new PackageAnswer.Several([file], [.. packages]);
                build.Add(chosen);
            }

            hasPrograms |= file.Kind is WantedKind.Program;
        }

        // What is linked or called says more than a header, of which others can have one of the same name.
        if (build.Count == 0 && ask.Files.Where(file => file.Kind is WantedKind.Header).ToArray() is { Length: > 0 } headers)
        {
            var packages = contents!.PackagesWithMost(headers);
            if (packages.Count > 0 && OneOf(packages) is null)
                return new PackageAnswer.Several([.. headers], [.. packages]);
            build.UnionWith(packages.Count > 0 ? [OneOf(packages)!] : []);
        }

        return build.Count == 0 ? new PackageAnswer.Nowhere() : new PackageAnswer.Found([.. build], ask.IsTool ? [] : Runtime(build), hasPrograms);
    }

    private string? OneOf(IReadOnlyList<string> packages) => packages is [var only] ? only : packages.Where(isPreferred).ToArray() is [var preferred] ? preferred : null;

    // Policy 8.4: a development package depends on the package of the shared library that it has the link to, in its own version.
    private ImmutableArray<string> Runtime(IEnumerable<string> packages) =>
    [
        .. packages.SelectMany(name =>
        {
            var needed = find(name)!.Depends.SelectMany(dependency => dependency.Alternatives).ToArray();
            if (contents is null)
                return needed.Where(other => other.Relation is "=" && other.Name.StartsWith("lib", StringComparison.Ordinal) && !other.Name.EndsWith("-dev", StringComparison.Ordinal)).Select(other => other.Name);

            var libraries = contents.LibrariesOf(name).Intersect(needed.Select(other => other.Name), StringComparer.Ordinal);
            return contents.HasLibraries(name) ? libraries.Append(name) : libraries;
        }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
