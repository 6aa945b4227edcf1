using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Monobot.Trials;
using Monogres.Sources.Drafts;
using Monogres.Sources.Packages;
using Monogres.Sources.Upstreams;
using Monogres.Store.Disk;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres index add --from-repository URL</c>: the newest tags of a repository become an entry whose ranges were seen.</summary>
internal sealed record RepositoryAddition
{
    /// <summary>The repository.</summary>
    public required Uri Repository { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>How many versions, the newest first.</summary>
    public required int Versions { get; init; }

    /// <summary>The address of archives, with placeholders, or null for the one that the host has.</summary>
    public required string? Pattern { get; init; }

    /// <summary>Whether an entry that is there is drafted anew.</summary>
    public required bool Force { get; init; }

    /// <summary>Whether Debian's packages of what the sources need are added to the platforms first.</summary>
    public required bool Lock { get; init; }

    /// <summary>Against what it is tried.</summary>
    public required TrialScope Scope { get; init; }

    /// <summary>Where it is tried.</summary>
    public required PlatformName Platform { get; init; }

    /// <summary>The repository of an address that a person has typed.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static Uri RepositoryOf(string text) => Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.AbsolutePath.Length > 1
        ? address.AbsolutePath.EndsWith(".git", StringComparison.Ordinal) ? address : new Uri(address.AbsoluteUri + ".git")
        : throw UpstreamErrors.NotARepository(text);

    /// <summary>The project of a repository: the one that the index has with it, else the one that it is named after.</summary>
    /// <exception cref="UserErrorException">Its name cannot be the name of a project.</exception>
    public static ProjectName ProjectOf(Uri repository, MonogresIndex index) => index.Extensions.FirstOrDefault(known => known.Repositories.Contains(repository)) is { } has ? has.Name
        : ProjectName.TryParse(Path.GetFileNameWithoutExtension(repository.AbsolutePath).ToLowerInvariant(), out var name)
        ? name
        : throw new UserErrorException($"`{repository}` does not tell the name of the project", "name it: `monogres index add NAME --from-repository URL`") { ExitCode = ExitCode.Usage };

    /// <summary>Does it.</summary>
    /// <returns>What to say of it.</returns>
    /// <exception cref="UserErrorException">The repository or an archive cannot be had, nothing can be drafted, or what was drafted works nowhere.</exception>
    public async Task<Addition> RunAsync(MonogresIndex index, Workspace workspace, CancellationToken cancel)
    {
        using var parts = new UpstreamParts(workspace, new WebMemory());
        var file = new EntryFile(workspace.Settings.IndexDirectory, Project);
        var entry = Force ? null : await file.ReadAsync(cancel);
        var isNew = entry is null;
        var list = await parts.Tags.ListAsync(Repository, cancel);
        var releases = TaggedRelease.In(list, TagPatterns.Of(KnownTags(entry))).Where(release => !release.IsPreRelease).Take(Versions).ToArray();
        if (releases.Length == 0)
            throw UpstreamErrors.NoVersions(Repository, list.Tags.Length);

        var pattern = Pattern ?? parts.Archives.PatternOf(list.Repository, entry) ?? throw UpstreamErrors.NoArchives(Repository);
        var notes = new List<string>();
        var sources = await ObtainAsync(releases, pattern, entry, parts.Archives, notes, cancel);
        var locked = Lock && sources.Count > 0 ? await IndexAddCommand.LockAsync(workspace.Settings, index, workspace, [.. sources.Select(one => one.Source)], cancel) : null;
        if (locked is not null)
            index = await Workspace.ReadIndexAsync(workspace.Settings, cancel);
        var draft = new IndexDraft(Project, index, index.Platform(TargetId.DefaultPlatform));
        var added = new List<string>();
        foreach (var (release, source) in sources)
        {
            if (Draft(release, source, entry, draft, file, notes) is not { } drafted)
                continue;
            entry = drafted;
            added.Add(release.Version);
        }

        if (added.Count == 0)
            return new Addition(file, isNew, Proven: null, locked, [.. notes]);

        var proven = await parts.Prover(Platform, TargetId.DefaultToolchain).ProveAsync(Project, entry!, added, isNew, ImmutableDictionary<string, string>.Empty, Scope, cancel);
        if (!proven.Added.IsEmpty)
        {
            foreach (var (name, text) in proven.FilesOf(Project))
                await AtomicFile.WriteTextAsync(Path.Combine(workspace.Settings.IndexDirectory, name), text, cancel);
        }

        return new Addition(file, isNew, proven, locked, [.. draft.Notes.Concat(notes).Distinct(StringComparer.Ordinal)]);
    }

    private void CheckTag(GitTag tag, JsonObject known)
    {
        if ((string?)known["tag"] is { } name && string.Equals(name, tag.Name, StringComparison.Ordinal) && (string?)known["commit"] is { } commit && !string.Equals(commit, tag.Commit, StringComparison.Ordinal))
            throw UpstreamErrors.TagMoved(Repository, tag, commit);
    }

    /// <summary>The archives of the releases that the entry lacks, the newest first. That the newest cannot be had is an error, of the others a note.</summary>
    private async Task<List<(TaggedRelease Release, DraftSource Source)>> ObtainAsync(
        TaggedRelease[] releases, string pattern, JsonObject? entry, TagArchives archives, List<string> notes, CancellationToken cancel)
    {
        var sources = new List<(TaggedRelease, DraftSource)>();
        foreach (var release in releases)
        {
            if (Known(entry, release.Version) is { } known)
            {
                CheckTag(release.Tag, known);
                continue;
            }

            try
            {
                sources.Add((release, await archives.ObtainAsync(release, pattern, cancel)));
            }
            catch (UserErrorException cannot) when (entry is not null || sources.Count > 0)
            {
                notes.Add($"{release.Version} is left out: {cannot.Message}");
            }
        }

        return sources;
    }

    /// <summary>The entry with one more version; null when that cannot be drafted and another one was, which a note says.</summary>
    private JsonObject? Draft(TaggedRelease release, DraftSource source, JsonObject? entry, IndexDraft draft, EntryFile file, List<string> notes)
    {
        try
        {
            if (entry is null)
            {
                entry = draft.New(source, release.Version, postgres: null);
                SetRepository(entry);
            }
            else
            {
                draft.AddVersion(entry, file.Path, source, release.Version, postgres: null);
            }

            if (source.Archive.Survey.Comment is null)
                notes.Add($"{source.Place.FileName} does not say which commit it is made of, so its digest was trusted on first use");
            ((JsonObject)entry["versions"]![release.Version]!)["commit"] = release.Tag.Commit;
            return entry;
        }
        catch (UserErrorException cannot) when (entry is not null)
        {
            notes.Add($"{release.Version} is left out: {cannot.Message}");
            return null;
        }
    }

    // The address that answers, whatever the source says.
    private void SetRepository(JsonObject entry)
    {
        var repositories = new JsonArray(Repository.AbsoluteUri);
        if (entry.ContainsKey("repositories"))
            entry["repositories"] = repositories;
        else
            entry.Insert(entry.IndexOf("sources"), "repositories", repositories);
    }

    private static IEnumerable<(string Version, string Tag)> KnownTags(JsonObject? entry) =>
        from version in entry?["versions"] as JsonObject ?? []
        let tag = (string?)version.Value?["tag"]
        where tag is not null
        select (version.Key, tag);

    private static JsonObject? Known(JsonObject? entry, string version) =>
        (entry?["versions"] as JsonObject ?? []).FirstOrDefault(known => Core.VersionText.Compare(known.Key, version) == 0).Value as JsonObject;
}

/// <summary>What became of an addition.</summary>
/// <param name="File">The entry.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="Proven">What was tried; null when there was nothing new.</param>
/// <param name="Locked">What was added to the platforms, or null.</param>
/// <param name="Notes">What a person should know.</param>
internal sealed record Addition(EntryFile File, bool IsNew, ProvenEntry? Proven, FamilyAddition? Locked, ImmutableArray<string> Notes);
