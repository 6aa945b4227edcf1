using System.Collections.Immutable;
using System.Text;
using Monogres.Engine.Events;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Trees;
using Monogres.Index;

namespace Monogres.Sources.Local;

/// <summary>Imports sources that are not in the index. The same files give the same tree, and the same is left out, whether they come from a directory, an archive or a commit.</summary>
/// <param name="blobs">Stores them.</param>
/// <param name="memo">Remembers what was taken in.</param>
/// <param name="downloader">Downloads archives of commits.</param>
/// <param name="archives">Where those are.</param>
/// <param name="observer">Told of downloads and steps.</param>
/// <param name="time">For durations.</param>
public sealed class LocalSources(IIngestingBlobStore blobs, IMemo memo, Downloader downloader, GitArchives archives, IEngineObserver observer, TimeProvider time)
{
    private static readonly RelativePath Remembered = RelativePath.Parse("source"), RememberedOmitted = RelativePath.Parse("omitted");

    private readonly CachedTrees _cached = new(blobs, memo);

    /// <summary>A source as a tree.</summary>
    /// <exception cref="UserErrorException">It cannot be read, downloaded or unpacked.</exception>
    public Task<ImportedSource> ImportAsync(LocalSource source, CancellationToken cancel) => source switch
    {
        LocalSource.Folder folder => ImportAsync(folder, cancel),
        LocalSource.Archive archive => ImportAsync(archive, cancel),
        LocalSource.Commit commit => ImportAsync(commit, cancel),
        _ => throw new InvalidOperationException($"cannot import a {source.GetType().Name}"),
    };

    private async Task<ImportedSource> ImportAsync(LocalSource.Folder folder, CancellationToken cancel)
    {
        var tree = await DirectoryTree.ReadAsync(blobs, folder.Path, cancel);
        return new ImportedSource(folder, tree.Root) { Omitted = tree.Omitted };
    }

    private async Task<ImportedSource> ImportAsync(LocalSource.Archive archive, CancellationToken cancel)
    {
        using var step = new ObservedStep($"{archive.FallbackName} source", expectedSeconds: null, observer, time);
        var read = await SourceArchive.ReadAsync(blobs, () => new ValueTask<Stream>(File.OpenRead(archive.Path)), archive.Text, cancel);
        step.Finish();
        return new ImportedSource(archive, read.Tree) { Omitted = read.Omitted };
    }

    // The content of a commit never changes, so it is downloaded once.
    private async Task<ImportedSource> ImportAsync(LocalSource.Commit commit, CancellationToken cancel)
    {
        var description = new CanonicalText("monogres git commit v2");
        description.Add("repository", commit.Repository.AbsoluteUri);
        description.Add("commit", commit.Id);
        if (await _cached.FindAsync(description.Digest, cancel) is { } known)
            return await RememberedAsync(commit, known, cancel);

        var address = archives.AddressOf(commit);
        var file = await downloader.DownloadOnFirstUseAsync($"{commit.FallbackName}-{commit.Id[..12]}.tar.gz", address, new DownloadReport(observer), cancel);
        using var step = new ObservedStep($"{commit.FallbackName} source", expectedSeconds: null, observer, time);
        var read = await SourceArchive.ReadAsync(blobs, () => blobs.OpenAsync(file, cancel), address.AbsoluteUri, cancel);
        if (read.Survey.Comment is { Length: 40 } said && !string.Equals(said, commit.Id, StringComparison.Ordinal))
            throw LocalErrors.OtherCommit(commit, address, said);

        await _cached.SaveAsync(description.Digest, await RememberAsync(read, cancel), cancel);
        step.Finish();
        return new ImportedSource(commit, read.Tree) { Omitted = read.Omitted, Trusted = new TrustedDownload(address, file) };
    }

    // The source, and beside it what is not in it: the second time says the same as the first.
    private async Task<Digest> RememberAsync(SourceArchive read, CancellationToken cancel)
    {
        var text = string.Concat(read.Omitted.Select(entry => $"{entry.Path}\0{entry.Reason}\0"));
        var tree = new TreeBuilder();
        tree.AddTree(Remembered, read.Tree);
        tree.AddFile(RememberedOmitted, await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancel), executable: false);
        return await tree.WriteAsync(blobs, cancel);
    }

    private async Task<ImportedSource> RememberedAsync(LocalSource.Commit commit, Digest remembered, CancellationToken cancel)
    {
        // In the order of their names, so that nothing of the source itself is read.
        var entries = await TreeWalk.EntriesAsync(blobs, remembered, cancel).Take(2).ToArrayAsync(cancel);
        var words = Encoding.UTF8.GetString(await blobs.ReadAllAsync(((TreeEntry.File)entries[0]).Content, cancel)).Split('\0');
        return new ImportedSource(commit, ((TreeEntry.Directory)entries[1]).Digest)
        {
            Omitted = [.. words.SkipLast(1).Chunk(2).Select(entry => new OmittedEntry(RelativePath.Parse(entry[0]), entry[1]))],
        };
    }
}

/// <summary>An imported source.</summary>
/// <param name="Source">Which.</param>
/// <param name="Tree">Its root.</param>
public sealed record ImportedSource(LocalSource Source, Digest Tree)
{
    /// <summary>The entries of the source that are not in the tree.</summary>
    public ImmutableArray<OmittedEntry> Omitted { get; init; } = [];

    /// <summary>The package sets that were asked for, besides those that are found to be needed.</summary>
    public ImmutableArray<string> PackageSets { get; init; } = [];

    /// <summary>The download that was trusted on first use, because its digest was not known beforehand; null when nothing was downloaded.</summary>
    public TrustedDownload? Trusted { get; init; }
}

/// <summary>A download that was trusted on first use.</summary>
/// <param name="Address">Where it came from.</param>
/// <param name="File">The digest of the file.</param>
public sealed record TrustedDownload(Uri Address, Digest File);
