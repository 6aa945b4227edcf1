using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Sources.Upstreams;

/// <summary>A version of a project, and the tag that names it.</summary>
/// <param name="Version">The version.</param>
/// <param name="IsPreRelease">Whether it is one of those before a release.</param>
/// <param name="Tag">The tag.</param>
public sealed record TaggedRelease(string Version, bool IsPreRelease, GitTag Tag)
{
    /// <summary>The versions that a repository's tags name, the newest first; of two tags for one version the first by name.</summary>
    public static ImmutableArray<TaggedRelease> In(GitTagList list, TagPatterns patterns) =>
    [
        .. list.Tags.Select(tag => patterns.VersionOf(tag.Name) is { } named ? new TaggedRelease(named.Version, named.IsPreRelease, tag) : null).OfType<TaggedRelease>()
            .DistinctBy(release => release.Version, StringComparer.Ordinal)
            .OrderByDescending(release => release.Version, Comparer<string>.Create(ExtensionVersion.Compare)),
    ];
}
