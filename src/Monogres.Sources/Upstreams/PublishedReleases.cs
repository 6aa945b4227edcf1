using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Sources.Upstreams;

/// <summary>What lists of releases on the web say: PGXN's API, and the directory with PostgreSQL's own releases.</summary>
/// <param name="web">Asks for them.</param>
public sealed partial class PublishedReleases(PoliteWeb web)
{
    /// <summary>PGXN's API (github.com/pgxn/pgxn-api/wiki).</summary>
    public static Uri Pgxn { get; } = new("https://api.pgxn.org/");

    /// <summary>The releases of PostgreSQL.</summary>
    public static Uri PostgresSources { get; } = new("https://ftp.postgresql.org/pub/source/");

    /// <summary>The stable versions of a distribution on PGXN, newest first; none when PGXN does not have it.</summary>
    /// <param name="distribution">Its name there.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">PGXN does not answer, or not as it should.</exception>
    public async Task<ImmutableArray<string>> OfPgxnAsync(string distribution, CancellationToken cancel)
    {
        var place = new Uri(Pgxn, $"dist/{Uri.EscapeDataString(distribution)}.json");
        try
        {
            var answer = await web.GetAsync(new WebQuestion(place) { MayBeMissing = true }, cancel);
            return answer.IsMissing ? []
                : JsonNode.Parse(answer.Content) is JsonObject { } said && said["releases"] is JsonObject releases
                    ? [.. (releases["stable"] as JsonArray ?? []).Select(release => VersionIn(release)).OrderDescending(Comparer<string>.Create(ExtensionVersion.Compare))]
                    : throw new FormatException("it has no releases");
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            throw UpstreamErrors.Malformed(place, wrong);
        }
    }

    /// <summary>The releases of PostgreSQL that can be downloaded, oldest first.</summary>
    /// <exception cref="UserErrorException">The host does not answer, or lists none.</exception>
    public async Task<ImmutableArray<PgVersion>> OfPostgresAsync(CancellationToken cancel)
    {
        var answer = await web.GetAsync(new WebQuestion(PostgresSources), cancel);
        ImmutableArray<PgVersion> versions = [.. Folder().Matches(Encoding.UTF8.GetString(answer.Content)).Select(match => PgVersion.TryParse(match.Groups["version"].Value, out var version) ? version : (PgVersion?)null).OfType<PgVersion>().Distinct().Order()];
        return versions.IsEmpty ? throw UpstreamErrors.Malformed(PostgresSources, new FormatException("it lists no releases")) : versions;
    }

    /// <summary>The SHA-256 that postgresql.org publishes of a release's tarball.</summary>
    /// <exception cref="UserErrorException">The host does not answer, or not with a digest.</exception>
    public async Task<Sha256Hash> DigestOfPostgresAsync(PgVersion version, CancellationToken cancel)
    {
        var place = new Uri(PostgresSources, $"v{version}/postgresql-{version}.tar.bz2.sha256");
        var text = Encoding.UTF8.GetString((await web.GetAsync(new WebQuestion(place), cancel)).Content);
        return Sha256Hash.TryParse(text.Split(' ')[0].Trim(), out var hash) ? hash : throw UpstreamErrors.Malformed(place, new FormatException("it is no SHA-256"));
    }

    private static string VersionIn(JsonNode? release) =>
        (string?)release?["version"] is { } version && ExtensionVersion.IsVersion(version) ? version : throw new FormatException("a release has no version");

    [GeneratedRegex(@"href=""v(?<version>[\w.]+)/?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Folder();
}
