using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Sources.Drafts;
using Monogres.Sources.Git;
using Monogres.Sources.Local;

namespace Monogres.Sources.Upstreams;

/// <summary>Obtains the archives of tags.</summary>
/// <param name="sources">Obtains archives.</param>
/// <param name="hosts">Where hosts offer them.</param>
public sealed class TagArchives(DraftSources sources, GitArchives hosts)
{
    private const string TagPlaceholder = "tag";

    /// <summary>The address of the archives of tags: as an entry has it, else as the host of the repository offers them.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="entry">The entry, or null.</param>
    /// <returns>The address with <c>{tag}</c>, <c>{version}</c> or <c>{commit}</c> in it, or null when it is not known.</returns>
    public string? PatternOf(Uri repository, JsonObject? entry) => PlacesIn(entry).FirstOrDefault() ?? hosts.TagPatternOf(repository);

    /// <summary>Obtains the archive of a tag, and sees that it is made of what the tag names.</summary>
    /// <param name="release">The release.</param>
    /// <param name="pattern">The address, with placeholders.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">It is not there, is no archive, or says that it is made of another commit.</exception>
    public async Task<DraftSource> ObtainAsync(TaggedRelease release, string pattern, CancellationToken cancel)
    {
        var address = Template.Parse(pattern).Expand(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TagPlaceholder] = string.Join('/', release.Tag.Name.Split('/').Select(Uri.EscapeDataString)),
            ["version"] = release.Version,
            ["commit"] = release.Tag.Commit,
        });
        var source = (await sources.ObtainAsync(address, url: null, static path => path, cancel))[0];
        return source.Archive.Survey.Comment is { } made && GitHash.IsId(made) && !string.Equals(made, release.Tag.Commit, StringComparison.Ordinal)
            ? throw UpstreamErrors.OtherCommit(address, release.Tag, made)
            : source;
    }

    // Of an entry the places on the web that a tag leads to.
    private static IEnumerable<string> PlacesIn(JsonObject? entry) =>
        from kind in (entry?["sources"] as JsonObject ?? []).Select(kind => kind.Value).OfType<JsonObject>()
        from place in (kind["places"] as JsonArray ?? []).OfType<JsonObject>()
        let url = (string?)place["url"]
        where url is not null && Template.Parse(url).Placeholders.Contains(TagPlaceholder, StringComparer.Ordinal)
        select url;
}
