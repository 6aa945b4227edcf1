using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;

namespace Monogres.Plans.Roots;

/// <summary>What can go wrong with a toolchain.</summary>
public static class ToolchainErrors
{
    /// <summary>An archive that the toolchain is made of is unavailable.</summary>
    /// <param name="toolchain">Whose archive.</param>
    /// <param name="platform">The platform, for the other toolchains that it has.</param>
    /// <param name="download">What each place said.</param>
    public static UserErrorException ArchiveMissing(Toolchain toolchain, Platform platform, UserErrorException download)
    {
        var others = platform.Toolchains.Values.Where(other => other.Archives.IsEmpty).Select(other => $"`--toolchain {other.Name}`").ToArray();
        return new UserErrorException(
            $"the archive of the toolchain `{toolchain.Name}` is unavailable: {download.Message}",
            $"give a directory or URL that has the file with `--source-mirror`, by its name or by its digest{(others.Length == 0 ? "" : $"; or choose another toolchain: {string.Join(" or ", others)}")}",
            download.Details,
            download) { Unavailable = true };
    }
}
