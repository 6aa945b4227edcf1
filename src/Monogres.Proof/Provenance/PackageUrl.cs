using System.Text;
using Monogres.Core;
using Monogres.Platforms.Lock;

namespace Monogres.Proof.Provenance;

/// <summary>Names for packages of every ecosystem (https://github.com/package-url/purl-spec).</summary>
public static class PackageUrl
{
    private const string GitHub = "github.com";

    /// <summary>A package of a Debian release: <c>pkg:deb/debian/libssl3@3.0.17-1~deb12u2?arch=amd64&amp;distro=debian-12</c>.</summary>
    /// <param name="from">The lock that has it.</param>
    /// <param name="package">The package.</param>
    public static string Of(PackagesLock from, LockedPackage package) =>
        $"pkg:deb/{Vendor(from)}/{Encode(package.Name)}@{Encode(package.Version)}?arch={Encode(package.Architecture)}&distro={Vendor(from)}-{Os(from)[Vendor(from).Length..]}";

    /// <summary>A file of a project: <c>pkg:generic/numeral@1.3?checksum=sha256:…&amp;download_url=…</c>.</summary>
    public static string Of(ProjectName project, string version, Sha256Hash? sha256 = null, string? place = null)
    {
        string[] qualifiers = [.. sha256 is { } hash ? (string[])[$"checksum=sha256:{hash}"] : [], .. place is null ? (string[])[] : [$"download_url={Encode(place)}"]];
        return $"pkg:generic/{Encode(project.Value)}@{Encode(version)}{(qualifiers.Length == 0 ? "" : $"?{string.Join('&', qualifiers)}")}";
    }

    /// <summary>The repository and tag on GitHub whose archive is at an address: <c>pkg:github/pgvector/pgvector@v0.8.0</c>; null when it is elsewhere.</summary>
    public static string? OfGitHub(Uri address) =>
        address.Host is GitHub && address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is [var owner, var repository, "archive", "refs", "tags", .. var tag]
            ? $"pkg:github/{Encode(owner.ToLowerInvariant())}/{Encode(repository.ToLowerInvariant())}@{Encode(Uri.UnescapeDataString(WithoutEnding(string.Join('/', tag))))}"
            : null;

    private static string WithoutEnding(string tag) => tag.EndsWith(".tar.gz", StringComparison.Ordinal) ? tag[..^".tar.gz".Length] : tag;

    // debian12-amd64 is of debian, 12.
    private static string Os(PackagesLock from) => PlatformName.Parse(from.Platform).Os;

    private static string Vendor(PackagesLock from) => Os(from).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');

    // Everything but letters, digits, and what the specification leaves as it is.
    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(text))
            _ = char.IsAsciiLetterOrDigit((char)one) || (char)one is '-' or '.' or '_' or '~' or ':' ? encoded.Append((char)one) : encoded.Append($"%{one:X2}");
        return encoded.ToString();
    }
}
