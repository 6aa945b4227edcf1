using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Sources.Git;
using Monogres.Store.Archives;

namespace Monogres.Sources.Origins;

/// <summary>Opens a file of a release when it can be had, compressed as it is; null when it is not here.</summary>
/// <param name="file">The file.</param>
/// <param name="cancel">Stops.</param>
public delegate Task<Stream?> OpenSource(SourceFile file, CancellationToken cancel);

/// <summary>
/// Shows of what the index says of a release as much as a git repository can show: that its tag names its commit, that archives of the
/// commit have the digests, and that a release tarball equals the commit but for what make generates.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="maker">Makes archives of commits again.</param>
/// <param name="open">Opens files that are here.</param>
/// <param name="generatedFor">Globs of what release tarballs of a version have more, or less, than the commit.</param>
public sealed class ReleaseProver(GitRepository repository, ArchiveMaker maker, OpenSource open, Func<PgVersion, ImmutableArray<string>> generatedFor)
{
    private const int Shown = 5;

    /// <summary>Looks at a release.</summary>
    /// <exception cref="UserErrorException">An object of the repository is damaged.</exception>
    public async Task<ReleaseProof> ProveAsync(Release release, CancellationToken cancel)
    {
        var commit = release.Commit is { } id ? repository.FindCommit(id) : null;
        List<ProofFinding> findings = [CommitOf(release, commit), TagOf(release)];
        foreach (var file in release.Files)
            findings.Add(await FileAsync(release, file, commit, cancel));
        return new ReleaseProof(release, [.. findings]);
    }

    private static ProofFinding CommitOf(Release release, GitCommit? commit) => new("commit", commit is null ? ProofVerdict.NotChecked : ProofVerdict.Proven,
        release.Commit is not { } id ? "the index does not know it"
        : commit is null ? $"{id} is not in the repository"
        : $"{id} is in the repository");

    private ProofFinding TagOf(Release release)
    {
        const string subject = "git tag";
        if (release.Tag is not { } tag)
            return new(subject, ProofVerdict.NotChecked, "the index does not know it");
        if (Try(() => repository.CommitOfTag(tag), out var missing) is not { } named)
            return new(subject, ProofVerdict.NotChecked, missing ?? $"the repository has no tag {tag}");
        if (release.Commit is not { } id)
            return new(subject, ProofVerdict.NotChecked, $"{tag} names {named}, and the index knows no commit");

        return string.Equals(named, id, StringComparison.Ordinal)
            ? new(subject, ProofVerdict.Proven, $"{tag} names the commit")
            : new(subject, ProofVerdict.Differs, $"{tag} names {named}, the index has {id}: the tag was moved, or one of the two is wrong");
    }

    private async Task<ProofFinding> FileAsync(Release release, SourceFile file, GitCommit? commit, CancellationToken cancel)
    {
        try
        {
            if (commit is not null && file is { GitArchive: { } compression, StripPrefix: { } top })
                return Archive(file, await maker.MakeAsync(commit, top.Value, compression, cancel));

            await using var content = await open(file, cancel);
            return content is null
                ? new(file.Source, ProofVerdict.NotChecked, commit is null ? "without the commit it cannot be made again, and the file is not here" : "it is not made by git alone, and the file is not here")
                : await FileAsync(release, file, content, commit, cancel);
        }
        catch (GitObjectMissingException missing)
        {
            return new(file.Source, ProofVerdict.NotChecked, missing.Message);
        }
        catch (ArchiveException refused)
        {
            return new(file.Source, ProofVerdict.Differs, $"it cannot be unpacked: {refused.Message}");
        }
    }

    private static ProofFinding Archive(SourceFile file, MadeArchive made) =>
        file.TarSha256 is { } tar && tar != made.Tar.Hash ? new(file.Source, ProofVerdict.Differs, $"before compression, the archive of the commit has sha256 {made.Tar.Hash}, the index has {tar}")
        : file.Sha256 != made.Compressed.Hash ? new(file.Source, ProofVerdict.Differs, $"the archive of the commit has sha256 {made.Compressed.Hash}, the index has {file.Sha256}")
        : file.Size is { } size && size != made.Compressed.Size ? new(file.Source, ProofVerdict.Differs, $"it has {made.Compressed.Size} bytes, the index has {size}")
        : new(file.Source, ProofVerdict.Proven, "it is the archive of the commit, to the byte");

    // The file is here; its own digest was verified when it came into the store.
    private async Task<ProofFinding> FileAsync(Release release, SourceFile file, Stream content, GitCommit? commit, CancellationToken cancel)
    {
        await using var unpacked = await Decompression.OpenAsync(content, ArchiveLimits.Default, cancel);
        await using var tar = new HashedStream(unpacked);
        ProofFinding finding;
        if (commit is not null && file.StripPrefix is { } top)
        {
            var comparison = new TarballComparison(repository, GlobSet.Parse(generatedFor(release.Version)));
            var differences = await comparison.DifferencesAsync(tar, top, commit, cancel);
            finding = differences.IsEmpty
                ? new(file.Source, ProofVerdict.Proven, "it equals the commit, but for what make generates")
                : new(file.Source, ProofVerdict.Differs, Joined(differences));
        }
        else
        {
            finding = Named(file, (await TarSurvey.ReadAsync(tar, cancel)).Comment, release.Commit);
        }

        var whole = (await tar.ToEndAsync(cancel)).Hash;
        return file.TarSha256 is { } expected && expected != whole
            ? new(file.Source, ProofVerdict.Differs, $"before compression it has sha256 {whole}, the index has {expected}")
            : finding;
    }

    // An archive that git made says of which commit.
    private static ProofFinding Named(SourceFile file, string? comment, string? commit) =>
        comment is not { Length: GitHash.Length } ? new(file.Source, ProofVerdict.NotChecked, "it does not say its commit, and the repository does not have it")
        : commit is null ? new(file.Source, ProofVerdict.NotChecked, $"it says that it is made of {comment}, and the index knows no commit")
        : string.Equals(comment, commit, StringComparison.Ordinal) ? new(file.Source, ProofVerdict.NotChecked, $"it says that it is made of the commit, which the repository does not have")
        : new(file.Source, ProofVerdict.Differs, $"it says that it is made of {comment}, the index has {commit}");

    private static string Joined(ImmutableArray<string> differences) => string.Join("; ", differences.Take(Shown)) + (differences.Length > Shown ? $"; and {differences.Length - Shown} more" : "");

    private static string? Try(Func<string?> read, out string? missing)
    {
        missing = null;
        try
        {
            return read();
        }
        catch (GitObjectMissingException lacking)
        {
            missing = lacking.Message;
            return null;
        }
    }
}
