using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Tar;
using Monogres.Store;

namespace Monogres.Packaging;

/// <summary>The formats that payloads can be packed into, by the name that the command line takes.</summary>
public static class PackageFormats
{
    /// <summary>The format when none is named.</summary>
    public const string Default = "tar";

    private static readonly (string Name, Func<IBlobStore, IPackager> New)[] All = [("tar", blobs => new TarPackager(blobs))];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>The formats of comma-separated names, in their order, each once: what makes a packager, given the store that has the payloads.</summary>
    /// <exception cref="UserErrorException">There is no such format.</exception>
    public static IReadOnlyList<Func<IBlobStore, IPackager>> Parse(string names) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Select(Find)];

    private static Func<IBlobStore, IPackager> Find(string name) => All.FirstOrDefault(format => string.Equals(format.Name, name, StringComparison.Ordinal)).New
        ?? throw new UserErrorException($"there is no package format `{name}`", $"known are {string.Join(", ", Names)}") { ExitCode = ExitCode.Usage };
}
