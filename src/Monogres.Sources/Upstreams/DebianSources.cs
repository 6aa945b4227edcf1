using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Packages;
using Monogres.Platforms.Signatures;
using Monogres.Sources.Drafts;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Downloads;

namespace Monogres.Sources.Upstreams;

/// <summary>A suite of Debian's archive.</summary>
/// <param name="Archive">The archive: <c>debian</c>.</param>
/// <param name="Suite">The suite: <c>bookworm</c>, <c>sid</c>.</param>
/// <param name="Component">The component: <c>main</c>.</param>
/// <param name="Keyring">Who may sign its release.</param>
public sealed record DebianSuite(string Archive, string Suite, string Component, Keyring Keyring);

/// <summary>Upstream's archive of a source package, as Debian's signed index of sources has it.</summary>
/// <param name="Package">The source package.</param>
/// <param name="Version">Upstream's version, as the name of the file tells it.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Content">Its digest, for which Debian's signature vouches.</param>
/// <param name="Suite">The suite that has it.</param>
public sealed record DebianSource(string Package, string Version, Place.Pool Place, Digest Content, string Suite)
{
    /// <summary>Whether it is an alpha, a beta or a release candidate.</summary>
    public bool IsPreRelease => Version.Contains('~', StringComparison.Ordinal) || DebianSources.PreRelease().IsMatch(Version);
}

/// <summary>
/// Reads Debian's indices of sources (<c>Sources</c>, Debian wiki, RepositoryFormat): the release file, asked for on condition that it has
/// changed and checked against the keyring, names the index by its digest, so that one that is in the store is not downloaded again.
/// </summary>
/// <param name="web">Asks for release files.</param>
/// <param name="downloader">Downloads indices.</param>
/// <param name="blobs">Has them.</param>
/// <param name="mirrors">Where the archive is.</param>
/// <param name="clock">For signatures that have an end.</param>
public sealed partial class DebianSources(PoliteWeb web, Downloader downloader, IBlobStore blobs, DebianMirrors mirrors, TimeProvider clock)
{
    private static readonly HashSet<string> Fields = new(StringComparer.OrdinalIgnoreCase) { "Package", "Directory", "Checksums-Sha256" };

    /// <summary>Upstream's archives of some source packages.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="packages">The packages.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">No mirror has the suite, or what it has is not signed or cannot be read.</exception>
    public async Task<ImmutableArray<DebianSource>> ReadAsync(DebianSuite suite, IReadOnlySet<string> packages, CancellationToken cancel)
    {
        var (release, place) = await ReleaseAsync(suite, cancel);
        try
        {
            var name = release.Files.ContainsKey($"{suite.Component}/source/Sources.xz") ? "Sources.xz" : "Sources.gz";
            if (!release.Files.TryGetValue($"{suite.Component}/source/{name}", out var index))
                throw new FormatException($"the release has no index of the sources of {suite.Component}");

            var folder = RelativePath.Parse($"dists/{suite.Suite}/{suite.Component}/source");
            var request = new DownloadRequest
            {
                Name = $"{suite.Suite}-{name}",
                Hash = index.Hash,
                Size = index.Size,
                Places = [.. mirrors.Of(suite.Archive).SelectMany(mirror => new[] { $"by-hash/SHA256/{index.Hash}", name }.Select(file => mirror.Locate(folder.Combine(RelativePath.Parse(file)))))],
            };
            await using var content = await blobs.OpenAsync(await downloader.DownloadAsync(request, progress: null, cancel), cancel);
            await using var unpacked = await Decompression.OpenAsync(content, ArchiveLimits.Default, cancel);
            using var text = new StreamReader(unpacked, Encoding.UTF8);
            return await ReadAsync(text, suite, packages, cancel);
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidDataException or ArchiveException)
        {
            throw UpstreamErrors.Malformed(place, wrong);
        }
    }

    /// <summary>Upstream's archives in the text of an index.</summary>
    /// <exception cref="FormatException">It is no index of sources.</exception>
    internal static async Task<ImmutableArray<DebianSource>> ReadAsync(TextReader text, DebianSuite suite, IReadOnlySet<string> packages, CancellationToken cancel)
    {
        var sources = ImmutableArray.CreateBuilder<DebianSource>();
        await foreach (var stanza in Deb822.ReadAsync(text, Fields, cancel))
        {
            var package = stanza.Required("Package");
            if (!packages.Contains(package))
                continue;

            // Of several archives of one package only the main one has no name of its own: NAME_1.0.orig-docs.tar.gz.
            foreach (var line in stanza.Required("Checksums-Sha256").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var hash, var size, var file] || !Digest.TryParse($"{hash}/{size}", out var content))
                    throw new FormatException($"`{line}` of {package} is no file");
                if (Archive().Match(file) is { Success: true } match && match.Groups["version"].Value is var version && ExtensionVersion.IsVersion(version) && RelativePath.TryParse($"{stanza.Required("Directory")}/{file}", out var path))
                    sources.Add(new DebianSource(package, version, new Place.Pool(suite.Archive, path), content, suite.Suite));
            }
        }

        return sources.ToImmutable();
    }

    private async Task<(ReleaseFile Release, Uri Place)> ReleaseAsync(DebianSuite suite, CancellationToken cancel)
    {
        UserErrorException? last = null;
        foreach (var place in mirrors.Locate(suite.Archive, RelativePath.Parse($"dists/{suite.Suite}/InRelease")))
        {
            try
            {
                var bytes = (await web.GetAsync(new WebQuestion(place), cancel)).Content;
                var release = ReleaseFile.Parse(ReleaseSignature.Verify(bytes, place.AbsolutePath, suite.Keyring, clock).Text);

                // A signed release of another suite is as true as the right one: a mirror could answer with it.
                return string.Equals(release.Codename, suite.Suite, StringComparison.Ordinal) || string.Equals(release.Suite, suite.Suite, StringComparison.Ordinal) ? (release, place) : throw new FormatException($"it is the release of {release.Codename}, not of {suite.Suite}");
            }
            catch (FormatException wrong)
            {
                last = UpstreamErrors.Malformed(place, wrong);
            }
            catch (UserErrorException failed)
            {
                last = failed;
            }
        }

        throw last ?? DraftErrors.NoMirror($"the release file of `{suite.Suite}`");
    }

    // What Debian adds when it repacks, and what says of a snapshot when it was made, follows a plus.
    [GeneratedRegex(@"^[^_]+_(?<version>[^_+]+)(\+[^_]*)?\.orig\.tar\.\w+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Archive();

    [GeneratedRegex(@"\d[-_.]?(rc|beta|alpha|dev|pre)[-_.]?\d*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    internal static partial Regex PreRelease();
}
