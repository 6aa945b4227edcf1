using Monogres.Core;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Rpm;
using Monogres.Packaging.Tar;
using Monogres.Packaging.Zip;

namespace Monogres.Packaging;

/// <summary>The formats that payloads can be packed into, by the name that the command line takes.</summary>
public static class PackageFormats
{
    /// <summary>The format when none is named.</summary>
    public const string Default = "tar";

    private static readonly (string Name, IPackager Packager, bool CanBePortable)[] All =
    [
        ("tar", new TarPackager(compressor: null), true),
        ("tar.gz", new TarPackager(Compressor.Gzip), true),
        ("tar.xz", new TarPackager(Compressor.Xz), true),
        ("tar.zst", new TarPackager(Compressor.Zstd), true),
        ("zip", new ZipPackager(), true),
        ("deb", new DebPackager(), false),
        ("rpm", new RpmPackager(), true),
        ("oci", new OciPackager(ServerUser.Official), false),
        ("cnpg", new OciPackager(ServerUser.CloudNativePg), false),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>The formats of comma-separated names, in their order, each once.</summary>
    /// <param name="names">The names.</param>
    /// <param name="portable">Whether portable trees are packed.</param>
    /// <exception cref="UserErrorException">There is no such format, or it is for one platform.</exception>
    public static IReadOnlyList<IPackager> Parse(string names, bool portable = false) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Select(name => Find(name, portable))];

    private static IPackager Find(string name, bool portable)
    {
        var (_, packager, canBePortable) = All.FirstOrDefault(format => string.Equals(format.Name, name, StringComparison.Ordinal));
        if (packager is null)
            throw new UserErrorException($"there is no package format `{name}`", $"known are {string.Join(", ", Names)}") { ExitCode = ExitCode.Usage };

        return canBePortable || !portable ? packager : throw new UserErrorException(
            $"a package of the format `{name}` is for one platform, and cannot be portable",
            $"leave out `--portable`, or choose among {string.Join(", ", All.Where(format => format.CanBePortable).Select(format => format.Name))}") { ExitCode = ExitCode.Usage };
    }
}
