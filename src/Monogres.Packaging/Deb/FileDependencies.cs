using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Platforms.Lock;

namespace Monogres.Packaging.Deb;

/// <summary>The packages that the programs and libraries of one package need, collected file by file.</summary>
/// <param name="platform">The packages of the platform's libraries.</param>
/// <param name="beside">Libraries that other packages of this build or of required ones have: the relation to the package, null where that is implied.</param>
/// <param name="own">The libraries of the package itself.</param>
internal sealed class FileDependencies(ImmutableDictionary<string, LibraryPackage> platform, IReadOnlyDictionary<string, string?> beside, IReadOnlySet<string> own)
{
    // Their numbers are those of the releases that brought the symbols. Of other libraries they are not (libstdc++ 12 has GLIBCXX_3.4.30).
    private static readonly string[] NumberedFamilies = ["GCC_", "GLIBC_", "OPENSSL_"];

    private readonly SortedSet<string> _beside = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DebianVersion> _atLeast = new(StringComparer.Ordinal);

    /// <summary>What was found, sorted: <c>libc6 (&gt;= 2.34)</c>.</summary>
    public ImmutableArray<string> Relations => [.. _beside, .. _atLeast.Select(needed => $"{needed.Key} (>= {needed.Value})")];

    /// <summary>Adds what a file needs.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="needs">What it needs.</param>
    /// <exception cref="UserErrorException">No package has a library.</exception>
    public void Add(RelativePath path, FileNeeds needs)
    {
        foreach (var library in needs.Libraries)
        {
            if (own.Contains(library))
                continue;

            if (beside.TryGetValue(library, out var relation))
            {
                if (relation is not null)
                    _beside.Add(relation);
                continue;
            }

            var package = platform.GetValueOrDefault(library) ?? throw DebErrors.NoPackage(path, library);
            var floor = FloorOf(package, needs.Versions.Where(version => string.Equals(version.Library, library, StringComparison.Ordinal)).Select(version => version.Version));
            if (!_atLeast.TryGetValue(package.Package, out var known) || floor > known)
                _atLeast[package.Package] = floor;
        }
    }

    /// <summary>
    /// The oldest version of a package that surely has what is asked of a library: the release that brought its newest symbol
    /// where symbols say so, else the release that the platform has, without the distribution's revision.
    /// </summary>
    internal static DebianVersion FloorOf(LibraryPackage package, IEnumerable<string> versions)
    {
        var locked = DebianVersion.Parse(package.Version);
        DebianVersion? newest = null;
        foreach (var version in versions)
        {
            var family = NumberedFamilies.FirstOrDefault(family => version.StartsWith(family, StringComparison.Ordinal));
            if (family is null || !DebianVersion.TryParse($"{(locked.Epoch > 0 ? $"{locked.Epoch}:" : "")}{version[family.Length..]}", out var release))
                return Upstream(locked);
            if (newest is null || release! > newest)
                newest = release;
        }

        return newest ?? Upstream(locked);
    }

    private static DebianVersion Upstream(DebianVersion version) => version.Text.LastIndexOf('-') is > 0 and var dash ? DebianVersion.Parse(version.Text[..dash]) : version;
}
