using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Images;

/// <summary>What images are called.</summary>
public static partial class ImageNames
{
    /// <summary>The last part of the name of a repository: <c>pg-cron</c>. Two names that differ in <c>_</c> and <c>-</c> only would be one.</summary>
    public static string RepositoryOf(ProjectName project) => project.Value.Replace('_', '-').Trim('-');

    /// <summary>The tag of a server: <c>17.11-full-bookworm</c>. CloudNativePG reads the version from its beginning.</summary>
    public static string ServerTag(PgVersion version, OptionSetName options, string release) => Tag($"{version}-{options}-{release}");

    /// <summary>The tag of an extension: <c>0.8.0-18-bookworm</c>.</summary>
    public static string ExtensionTag(string version, int major, string release) => Tag($"{version}-{major}-{release}");

    private static string Tag(string text) => NotInTags().Replace(text, "-");

    // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
    [GeneratedRegex(@"^[.-]|[^A-Za-z0-9._-]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotInTags();
}
