using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>What images are called.</summary>
public static partial class ImageNames
{
    private const int LongestTag = 128, LongestNames = 72;

    /// <summary>The last part of the name of a repository: <c>pg-cron</c>. Two names that differ in <c>_</c> and <c>-</c> only would be one.</summary>
    public static string RepositoryOf(ProjectName project) => project.Value.Replace('_', '-').Trim('-');

    /// <summary>The tag of a server: <c>17.11-full-bookworm</c>. CloudNativePG reads the version from its beginning.</summary>
    /// <param name="version">The version.</param>
    /// <param name="options">What it is built with.</param>
    /// <param name="release">The release of the distribution; null in the tag that says nothing of it.</param>
    /// <param name="suffix">What else is in it, as <see cref="SuffixOf"/> says; empty for nothing.</param>
    public static string ServerTag(PgVersion version, OptionSetName options, string? release, string suffix = "") => Tag($"{version}-{options}{(release is null ? "" : $"-{release}")}{suffix}");

    /// <summary>The tag of an extension: <c>0.8.0-18-bookworm</c>.</summary>
    public static string ExtensionTag(string version, int major, string? release) => Tag($"{version}-{major}{(release is null ? "" : $"-{release}")}");

    /// <summary>What tells images of one server apart: <c>-with-pgvector-0.8.0</c>, <c>-cnpg</c>. Many extensions are named by a digest of their names.</summary>
    /// <param name="extensions">The extensions in it.</param>
    /// <param name="user">Who runs it.</param>
    public static string SuffixOf(IReadOnlyCollection<PackagedExtension> extensions, ServerUser user)
    {
        var names = string.Join('-', extensions.Select(extension => $"{extension.Name}-{extension.Version}").Order(StringComparer.Ordinal));
        if (names.Length > LongestNames)
            names = Sha256Hash.Of(System.Text.Encoding.UTF8.GetBytes(names)).ToString()[..12];
        return Tag($"with-{names}") is { } with && names.Length > 0 ? $"-{with}{user.Suffix}" : user.Suffix;
    }

    /// <summary>Whether a text can be a tag.</summary>
    public static bool IsTag(string text) => text.Length is > 0 and <= LongestTag && !NotInTags().IsMatch(text);

    private static string Tag(string text) => NotInTags().Replace(text, "-");

    // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
    [GeneratedRegex(@"^[.-]|[^A-Za-z0-9._-]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotInTags();
}
