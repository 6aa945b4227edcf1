using System.Collections.Immutable;
using Monogres.Engine.Events;
using Monogres.Sources.Git;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;

namespace Monogres.Sources.Drafts;

/// <summary>Obtains the archives that an entry of the index is drafted from, and inspects them.</summary>
/// <param name="blobs">Where they go.</param>
/// <param name="downloader">Downloads those that are elsewhere.</param>
/// <param name="mirrors">Where archives of distributions are.</param>
/// <param name="archives">Where archives of commits are.</param>
/// <param name="observer">Told of downloads.</param>
/// <param name="submodules">Asks for the commits of submodules; null when the network must not be touched.</param>
public sealed class DraftSources(IIngestingBlobStore blobs, Downloader downloader, DebianMirrors mirrors, GitArchives archives, IEngineObserver observer, GitSubmodules? submodules = null)
{
    private static readonly string[] Endings = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst"];

    /// <summary>The archives that the user names: a file, a folder of them, an address, a path in a distribution's archive (<c>debian:pool/…</c>), a git repository at a commit.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="url">Where everyone can download a local file; null when its name shows that.</param>
    /// <param name="absolute">Makes a path absolute.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">It is unavailable, is not an archive, or exists only on this machine.</exception>
    public async Task<ImmutableArray<DraftSource>> ObtainAsync(string given, Uri? url, Func<string, string> absolute, CancellationToken cancel)
    {
        if (LocalSource.IsSource(given) && LocalSource.Parse(given, absolute) is LocalSource.Commit commit)
            return [await DownloadAsync(DraftPlace.Of(archives.AddressOf(commit)), cancel)];
        if (given.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(given, UriKind.Absolute, out var address))
            return [await DownloadAsync(PlaceOf(address), cancel)];
        if (given.Split(':', 2) is [("debian" or "debian-security") and var archive, var path])
            return [await DownloadAsync(DraftPlace.OfPool(archive, path), cancel)];

        var local = absolute(given);
        if (!Directory.Exists(local))
            return File.Exists(local) ? [await OfFileAsync(local, url, cancel)] : throw LocalErrors.NotFound(given);

        var files = Directory.EnumerateFiles(local).Where(IsArchive).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw DraftErrors.IsFolder(given);

        var sources = ImmutableArray.CreateBuilder<DraftSource>();
        foreach (var file in files)
            sources.Add(await OfFileAsync(file, url, cancel));
        return sources.ToImmutable();
    }

    private static bool IsArchive(string file) => Endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal));

    private async Task<DraftSource> OfFileAsync(string file, Uri? url, CancellationToken cancel)
    {
        var place = url is not null ? PlaceOf(url) : DraftPlace.OfFileName(Path.GetFileName(file)) ?? throw DraftErrors.NoPlace(Path.GetFileName(file));
        FileStream content;
        try
        {
            content = File.OpenRead(file);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw LocalErrors.Unreadable(Path.GetFileName(file), denied);
        }

        await using (content)
            return await InspectAsync(place, await blobs.PutAsync(content, cancel), cancel);
    }

    private async Task<DraftSource> DownloadAsync(DraftPlace place, CancellationToken cancel)
    {
        ImmutableArray<Uri> addresses = place.Place switch
        {
            Place.Web web => [web.Address],
            Place.Pool pool => mirrors.Locate(pool.Archive, pool.Path),
            var other => throw new InvalidOperationException($"no way to a {other.GetType().Name}"),
        };
        UserErrorException? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await InspectAsync(place, await downloader.DownloadOnFirstUseAsync(place.FileName, address, new DownloadReport(observer), cancel), cancel);
            }
            catch (UserErrorException failed) when (failed.Unavailable)
            {
                last = failed;
            }
        }

        throw last ?? DraftErrors.NoMirror(place.FileName);
    }

    private async Task<DraftSource> InspectAsync(DraftPlace place, Digest file, CancellationToken cancel)
    {
        var archive = await SourceArchive.ReadAsync(blobs, () => blobs.OpenAsync(file, cancel), place.FileName, cancel);
        return await WithPartsAsync(new DraftSource(place, file, archive, await SourceInspector.InspectAsync(blobs, archive.Tree, cancel)), cancel);
    }

    // With its submodules a source says more: so it is inspected again.
    private async Task<DraftSource> WithPartsAsync(DraftSource source, CancellationToken cancel)
    {
        var wanted = source.Inspection.Submodules;
        if (wanted.IsEmpty)
            return source;
        if (submodules is null || source.Commit is not { } commit || (source.Place.Repository ?? IndexDraft.RepositoryOf(source.Inspection.Facts.Meta)) is not { } repository)
            return source with { WithoutParts = $"its submodules ({string.Join(", ", wanted)}) are not known: name their archives under `parts` of the version" };

        try
        {
            var (parts, tree) = await new DraftParts(blobs, downloader, archives, submodules, observer).ObtainAsync(source.Archive.Tree, repository, commit, wanted, cancel);
            return source with { Parts = parts, Inspection = await SourceInspector.InspectAsync(blobs, tree, cancel) };
        }
        catch (UserErrorException failed) when (failed.Unavailable)
        {
            return source with { WithoutParts = $"{failed.Message}: name the archives of its submodules ({string.Join(", ", wanted)}) under `parts` of the version" };
        }
    }

    // One on a distribution's mirror may be downloaded over any scheme; the index names no host for it.
    private static DraftPlace PlaceOf(Uri address) => DraftPlace.Of(address) is var place && place.Place is Place.Web && address.Scheme is not "https" ? throw DraftErrors.NotHttps(address) : place;
}
