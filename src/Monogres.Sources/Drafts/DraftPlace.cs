using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Json;
using Monogres.Sources.Local;

namespace Monogres.Sources.Drafts;

/// <summary>Where the archive of a new version can be downloaded, as the index describes it.</summary>
/// <param name="Kind">The name of this kind of file in the index: <c>debian</c>, <c>github</c>.</param>
/// <param name="Summary">One line on what such a file is.</param>
/// <param name="Place">The place.</param>
public sealed partial record DraftPlace(string Kind, string Summary, Place Place)
{
    /// <summary>The name of the file.</summary>
    public string FileName => Place.FileName;

    /// <summary>The git tag in the address, or null.</summary>
    public string? Tag => Place is Place.Web { Address: var address } && TagInAddress().Match(Uri.UnescapeDataString(address.AbsolutePath)) is { Success: true } match && !IsCommit(match.Groups["tag"].Value) ? match.Groups["tag"].Value : null;

    /// <summary>The git commit in the address, or null.</summary>
    public string? Commit => Place is Place.Web { Address: var address } && TagInAddress().Match(address.AbsolutePath) is { Success: true } match && IsCommit(match.Groups["tag"].Value) ? match.Groups["tag"].Value : null;

    /// <summary>The git repository that the address belongs to, or null.</summary>
    public Uri? Repository => Place is Place.Web { Address: var address } && KindOf(address) is not Upstream && RepositoryInAddress().Match(address.AbsolutePath) is { Success: true } match
        ? new Uri($"https://{address.Authority}/{match.Groups["path"].Value}.git")
        : null;

    private const string Upstream = "upstream";

    /// <summary>The place at an address. One on a mirror of a distribution is a path in its archive, which every mirror has.</summary>
    public static DraftPlace Of(Uri address) => PoolInAddress().Match(address.AbsolutePath) is { Success: true } pool
        ? OfPool(pool.Groups["archive"].Value, Uri.UnescapeDataString(pool.Groups["path"].Value))
        : new DraftPlace(KindOf(address), SummaryOf(address), new Place.Web(address));

    /// <summary>A file in the pool of a distribution's archive.</summary>
    /// <exception cref="UserErrorException">The path is not valid.</exception>
    public static DraftPlace OfPool(string archive, string path) => RelativePath.TryParse(path, out var relative) && !relative.IsRoot
        ? new DraftPlace("debian", "The source archive in Debian's pool", new Place.Pool(archive, relative))
        : throw DraftErrors.BadPath(path);

    /// <summary>Where Debian has a file that is named like its source archives; null for any other name.</summary>
    public static DraftPlace? OfFileName(string name)
    {
        if (DebianName().Match(name) is not { Success: true } match)
            return null;

        var source = match.Groups["source"].Value;
        return OfPool("debian", $"pool/main/{(source.StartsWith("lib", StringComparison.Ordinal) && source.Length > 3 ? source[..4] : source[..1])}/{source}/{name}");
    }

    /// <summary>The address or path as the index writes it, with <c>{tag}</c>, <c>{commit}</c> and <c>{version}</c> in place of their values.</summary>
    public string Template(string version)
    {
        var text = Place switch { Place.Web web => web.Address.AbsoluteUri, Place.Pool pool => pool.Path.Value, _ => throw new InvalidOperationException() };
        if (Tag is { } tag)
            text = text.Replace($"/{tag}", "/{tag}", StringComparison.Ordinal);
        if (Commit is { } commit)
            text = text.Replace(commit, "{commit}", StringComparison.Ordinal);

        // A version such as `2` occurs in many places by accident.
        return version.Contains('.', StringComparison.Ordinal) ? text.Replace(version, "{version}", StringComparison.Ordinal) : text;
    }

    private static string KindOf(Uri address) => address.Host switch { "github.com" => "github", "gitlab.com" => "gitlab", "codeberg.org" => "codeberg", _ => Upstream };

    private static string SummaryOf(Uri address) => (KindOf(address), address.AbsolutePath.Contains("/releases/download/", StringComparison.Ordinal)) switch
    {
        (Upstream, _) => "The source archive as its authors publish it",
        (_, true) => "The source archive of the release, as its authors have uploaded it",
        ("github", _) => "The archive that GitHub makes of the release's git tag",
        ("gitlab", _) => "The archive that GitLab makes of the release's git tag",
        _ => "The archive that Codeberg makes of the release's git tag",
    };

    private static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    [GeneratedRegex(@"/(-/)?archive/refs/tags/(?<tag>.+?)\.(tar\.\w+|tgz)$|/(-/)?archive/(?<tag>[^/]+?)(/[^/]+)?\.(tar\.\w+|tgz)$|/releases/download/(?<tag>[^/]+)/|/-/archive/(?<tag>[^/]+)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TagInAddress();

    [GeneratedRegex(@"^/(?<path>.+?)/(-/)?(archive|releases)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RepositoryInAddress();

    [GeneratedRegex(@"/(?<archive>debian|debian-security)/(?<path>pool/.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PoolInAddress();

    [GeneratedRegex(@"^(?<source>[a-z0-9][a-z0-9+.-]+)_[^_]+\.orig\.tar\.(gz|xz|bz2)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DebianName();
}
