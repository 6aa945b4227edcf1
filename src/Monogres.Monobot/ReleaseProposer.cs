using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Monobot.News;
using Monogres.Monobot.Proposals;
using Monogres.Monobot.Trials;
using Monogres.Sources.Drafts;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot;

/// <summary>Makes proposals: archives by digest, the entry with one more version, a trial of it and of the version before it.</summary>
public sealed class ReleaseProposer : IProposer
{
    /// <summary>The directory of the index.</summary>
    public required string IndexDirectory { get; init; }

    /// <summary>The path of the index in its git repository, with a slash at its end; empty when it is the repository.</summary>
    public required string Prefix { get; init; }

    /// <summary>What the index says.</summary>
    public required MonogresIndex Index { get; init; }

    /// <summary>Obtains archives.</summary>
    public required DraftSources Sources { get; init; }

    /// <summary>Obtains archives of tags.</summary>
    public required TagArchives Archives { get; init; }

    /// <summary>Proves entries.</summary>
    public required EntryProver Prover { get; init; }

    /// <summary>Compares what is installed.</summary>
    public required PayloadChanges Payloads { get; init; }

    /// <summary>Against what is tried.</summary>
    public required TrialScope Scope { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <inheritdoc/>
    public async Task<Sha256Hash> EntryAsync(ExtensionProject project, CancellationToken cancel) =>
        Sha256Hash.Of(Encoding.UTF8.GetBytes(EntryFile.TextOf(await ReadAsync(project, cancel))));

    /// <inheritdoc/>
    public async Task<Proposal> ProposeAsync(ExtensionProject project, NewRelease release, DateTimeOffset seen, CancellationToken cancel)
    {
        var file = new EntryFile(IndexDirectory, project.Name);
        var entry = await ReadAsync(project, cancel);
        var draft = new IndexDraft(project.Name, Index, Index.Platform(TargetId.DefaultPlatform));
        var archives = await ArchivesAsync(release, entry, project, cancel);
        foreach (var archive in archives.DistinctBy(archive => archive.Source.File))
            draft.AddVersion(entry, file.Path, archive.Source, release.Version, postgres: null);
        if (release.Tag is { } tag)
            ((JsonObject)entry["versions"]![release.Version]!)["commit"] = tag.Tag.Commit;

        var proven = await Prover.ProveAsync(project.Name, entry, [release.Version], isNew: false, ImmutableDictionary<string, string>.Empty, Scope, cancel);
        var tried = proven.Tried[0];
        if (proven.Added is not [var (_, range)])
            throw ProposalErrors.WorksNowhere(project.Name, tried);

        var before = await Prover.TryAsync(project.Name, release.Previous, Index, IndexDirectory, Scope, cancel);
        var released = DateTimeOffset.Parse((string)proven.Entry["versions"]![release.Version]!["released"]!, System.Globalization.CultureInfo.InvariantCulture);
        return new Proposal
        {
            Project = project.Name,
            Version = release.Version,
            Previous = release.Previous,
            Origins = [.. archives.Select(archive => archive.Text)],
            License = (project.License, archives[0].Source.Inspection.Facts.License),
            Postgres = (before.Claimed, range),
            Tried = tried,
            Before = before,
            Payload = await Payloads.OfAsync(before.Rows, tried.Rows, cancel),
            Notes = [.. draft.Notes.Concat(Remarks(archives, tried, range)).Distinct(StringComparer.Ordinal)],
            Clock = new ProposalClock(released, seen, Time.GetUtcNow()),
            Patch = await ProposalFiles.PatchAsync(IndexDirectory, Prefix, proven.FilesOf(project.Name), cancel),
        };
    }

    private async Task<JsonObject> ReadAsync(ExtensionProject project, CancellationToken cancel)
    {
        var file = new EntryFile(IndexDirectory, project.Name);
        return await file.ReadAsync(cancel) ?? throw DraftErrors.NotAnEntry(file.Path);
    }

    // The archive of the tag first: it is what the authors have named.
    private async Task<ImmutableArray<ObtainedArchive>> ArchivesAsync(NewRelease release, JsonObject entry, ExtensionProject project, CancellationToken cancel)
    {
        var archives = ImmutableArray.CreateBuilder<ObtainedArchive>();
        if (release.Tag is { } tag && project.Repositories is [var repository, ..] && Archives.PatternOf(repository, entry) is { } pattern)
        {
            var source = await Archives.ObtainAsync(tag, pattern, cancel);
            archives.Add(new ObtainedArchive(source, $"{source.Place.FileName} of the tag {tag.Tag.Name}, sha256 {source.File.Hash}: {(source.Archive.Survey.Comment is null ? "it does not say its commit" : $"it is made of commit {tag.Tag.Commit}, which the tag names")}"));
        }

        foreach (var debian in release.Debian.DistinctBy(debian => debian.Content))
        {
            var source = (await Sources.ObtainAsync($"{debian.Place.Archive}:{debian.Place.Path}", url: null, static path => path, cancel))[0];
            if (source.File != debian.Content)
                throw ProposalErrors.OtherContent(debian, source.File);
            archives.Add(new ObtainedArchive(source, $"{debian.Place.FileName} of Debian's pool, sha256 {source.File.Hash}: Debian's signed index of sources ({debian.Suite}) has this digest"));
        }

        return archives.Count > 0 ? archives.ToImmutable() : throw UpstreamErrors.NoArchives(project.Homepage);
    }

    private static IEnumerable<string> Remarks(ImmutableArray<ObtainedArchive> archives, TriedVersion tried, string range)
    {
        if (archives.Length > 1)
            yield return archives.DistinctBy(archive => archive.Source.File).Count() == 1 ? "two places have the same bytes" : "the archives differ in their bytes; each is a source of its own, and the first was built";
        if (archives is [{ Source.Place.Place: var place }])
            yield return place is Place.Pool ? "one place has it, and Debian's signature alone vouches for its digest" : "one place has it, and its digest was trusted on first use";
        if (!string.Equals(tried.Claimed, range, StringComparison.Ordinal))
            yield return $"its source claims PostgreSQL {tried.Claimed}, and {range} was seen";
    }

    private sealed record ObtainedArchive(DraftSource Source, string Text);
}

/// <summary>Why a release is not proposed.</summary>
public static class ProposalErrors
{
    /// <summary>It works with no server that it was tried with; or nothing could be tried, which is said as such.</summary>
    public static UserErrorException WorksNowhere(ProjectName project, TriedVersion tried) => new(
        $"{project} {tried.Version} {(tried.Rows.Any(SeenRange.Fails) || !tried.Refused.IsEmpty ? "works with no PostgreSQL that it was tried with" : "could not be tried")}",
        $"see for yourself: `monogres index add {project} --source ARCHIVE` writes the draft all the same, and `monogres doctor {project}` says what would go wrong",
        [.. tried.Rows.Select(row => row.Reason).OfType<string>().Concat(tried.Refused.Select(refused => refused.Reason)).Distinct(StringComparer.Ordinal)])
    {
        Unavailable = !tried.Rows.Any(SeenRange.Fails) && tried.Refused.IsEmpty,
    };

    /// <summary>A mirror has another file than Debian's index says.</summary>
    public static UserErrorException OtherContent(DebianSource debian, Digest got) => new(
        $"{debian.Place.FileName} has sha256 {got.Hash}, and Debian's signed index of sources has {debian.Content.Hash}", "the mirror is wrong: name another with `--mirror URL`");
}
