using Monogres.Core;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Tar;
using Monogres.Packaging.Zip;

namespace Monogres.Packaging;

/// <summary>The formats that payloads can be packed into, by the name that the command line takes.</summary>
public static class PackageFormats
{
    /// <summary>The format when none is named.</summary>
    public const string Default = "tar";

    private static readonly (string Name, IPackager Packager)[] All =
    [
        ("tar", new TarPackager(compressor: null)),
        ("tar.gz", new TarPackager(Compressor.Gzip)),
        ("tar.xz", new TarPackager(Compressor.Xz)),
        ("tar.zst", new TarPackager(Compressor.Zstd)),
        ("zip", new ZipPackager()),
        ("deb", new DebPackager()),
        ("oci", new OciPackager(ServerUser.Official)),
        ("cnpg", new OciPackager(ServerUser.CloudNativePg)),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>The formats of comma-separated names, in their order, each once.</summary>
    /// <exception cref="UserErrorException">There is no such format.</exception>
    public static IReadOnlyList<IPackager> Parse(string names) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Select(Find)];

    private static IPackager Find(string name) => All.FirstOrDefault(format => string.Equals(format.Name, name, StringComparison.Ordinal)).Packager
        ?? throw new UserErrorException($"there is no package format `{name}`", $"known are {string.Join(", ", Names)}") { ExitCode = ExitCode.Usage };
}
