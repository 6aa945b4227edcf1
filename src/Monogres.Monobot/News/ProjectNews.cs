using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot.News;

/// <summary>What is new of a project, and what has changed of what the index has.</summary>
/// <param name="Releases">Releases that the index lacks: the newest, and of each line that the index has (<c>1.5</c> of 1.5.3) the newest after it.</param>
/// <param name="Alarms">What must not be.</param>
/// <param name="Notes">What a person may want to know, one line each.</param>
public sealed record ProjectNews(ImmutableArray<NewRelease> Releases, ImmutableArray<Alarm> Alarms, ImmutableArray<string> Notes)
{
    private static readonly Comparer<string> ByVersion = Comparer<string>.Create(ExtensionVersion.Compare);

    /// <summary>Compares what upstreams say with what the index has.</summary>
    /// <param name="project">The project.</param>
    /// <param name="said">What they say.</param>
    public static ProjectNews Of(ExtensionProject project, UpstreamAnswers said)
    {
        var known = ((ExtensionOrigin.Source)project.Origin).Releases;
        var patterns = TagPatterns.Of(known.Where(release => release.Tag is not null).Select(release => (release.Version, release.Tag!)));
        var tagged = said.Tags is { } tags ? TaggedRelease.In(tags, patterns).Where(release => !release.IsPreRelease).ToImmutableArray() : [];
        var debian = said.Debian.Where(source => !source.IsPreRelease).DistinctBy(source => source.Place.Path).ToImmutableArray();
        ImmutableArray<NewRelease> releases =
        [
            .. Newest([.. known.Select(release => release.Version)], [.. tagged.Select(release => release.Version), .. debian.Select(source => source.Version)])
                .Select(one => new NewRelease(one.Version, one.Previous, tagged.FirstOrDefault(release => IsSame(release.Version, one.Version)), [.. debian.Where(source => IsSame(source.Version, one.Version))])),
        ];
        return new ProjectNews(releases, [.. AlarmsOf(project, known, said)], [.. RemarksOf(project, known, releases, said)]);
    }

    /// <summary>Which of some versions are news: the newest of all when it is newer than what is known, and the same in each line.</summary>
    internal static IEnumerable<(string Version, string Previous)> Newest(ImmutableArray<string> known, ImmutableArray<string> said)
    {
        var newest = known.Max(ByVersion)!;
        var found = new SortedDictionary<string, string>(ByVersion);
        foreach (var line in known.GroupBy(LineOf, StringComparer.Ordinal).Select(line => (Name: line.Key, Newest: line.Max(ByVersion)!)))
        {
            if (said.Where(version => string.Equals(LineOf(version), line.Name, StringComparison.Ordinal) && IsNewer(version, line.Newest)).Max(ByVersion) is { } next)
                found[next] = line.Newest;
        }

        if (said.Where(version => IsNewer(version, newest)).Max(ByVersion) is { } last)
        {
            // The newest of the newest line is of no interest when there is a newer line.
            foreach (var between in found.Keys.Where(version => IsNewer(version, newest)).ToArray())
                found.Remove(between);
            found[last] = newest;
        }

        return found.Select(one => (one.Key, one.Value));
    }

    private static IEnumerable<Alarm> AlarmsOf(ExtensionProject project, ImmutableArray<ExtensionRelease> known, UpstreamAnswers said)
    {
        foreach (var release in known)
        {
            if (said.Tags is { } tags && release is { Tag: { } tag, Commit: { } commit })
            {
                if (tags.CommitOf(tag) is not { } names)
                    yield return new Alarm(project.Name, release.Version, $"the tag {tag} has vanished from {tags.Repository}");
                else if (!string.Equals(names, commit, StringComparison.Ordinal))
                    yield return new Alarm(project.Name, release.Version, $"the tag {tag} of {tags.Repository} was moved: it names {names}, and the index has {commit}");
            }

            foreach (var (file, place) in release.Files.SelectMany(file => file.Places.OfType<Place.Pool>().Select(place => (file, place))))
            {
                if (said.Debian.FirstOrDefault(source => source.Place == place) is { } source && source.Content.Hash != file.Sha256)
                    yield return new Alarm(project.Name, release.Version, $"Debian's {source.Suite} has another {place.FileName}: its sha256 is {source.Content.Hash}, and the index has {file.Sha256}");
            }
        }
    }

    private static IEnumerable<string> RemarksOf(ExtensionProject project, ImmutableArray<ExtensionRelease> known, ImmutableArray<NewRelease> releases, UpstreamAnswers said)
    {
        if (said.Tags is { } tags && project.Repositories is [var repository, ..] && !string.Equals(Address(tags.Repository), Address(repository), StringComparison.Ordinal))
            yield return $"{repository} has moved to {tags.Repository}";
        if (said.Pgxn is [var newest, ..] && !releases.Any(release => !IsNewer(newest, release.Version)) && known.All(release => IsNewer(newest, release.Version)))
            yield return $"PGXN has {newest}, and neither a tag nor Debian has it";
    }

    private static string Address(Uri repository) => repository.AbsoluteUri is var text && text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;

    private static bool IsSame(string one, string other) => VersionText.Compare(one, other) == 0;

    // PGXN has three numbers for every version.
    private static bool IsNewer(string version, string than) => VersionText.Compare(Trimmed(version), Trimmed(than)) > 0;

    private static string Trimmed(string version) => version.EndsWith(".0", StringComparison.Ordinal) ? Trimmed(version[..^2]) : version;

    private static string LineOf(string version) => version.LastIndexOf('.') is > 0 and var end ? version[..end] : "";
}
