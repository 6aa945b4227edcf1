using System.Collections.Immutable;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Downloads;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>
/// Brings sources in as trees. Whichever of a release's files was at hand (release tarball or tag archive), the tree is
/// the same, because what upstream generates into tarballs is left out; so a target's key does not depend on it.
/// </summary>
public sealed class SourceTrees(IIngestingBlobStore blobs, IMemo memo, Downloader downloader, DebianMirrors mirrors, IBuildObserver observer, TimeProvider time)
{
    private readonly ArchiveTrees _archives = new(blobs, memo);

    /// <summary>A source as a tree.</summary>
    /// <param name="source">Which.</param>
    /// <param name="freshness">Whether a tree that was made before is believed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">None of its files can be had, or what came is no archive of it.</exception>
    public async Task<SourceTree> TreeOfAsync(PlannedSource source, Freshness freshness, CancellationToken cancel)
    {
        var whole = await WithoutPartsAsync(source, freshness, cancel);
        return source.Parts.IsEmpty ? whole : whole with { Tree = await LayPartsAsync(source, whole.Tree, freshness, cancel) };
    }

    /// <summary>The tree, when it was taken in before; else null. Nothing is downloaded.</summary>
    public async Task<SourceTree?> FindAsync(PlannedSource source, CancellationToken cancel)
    {
        if (await FindWithoutPartsAsync(source, cancel) is not { } known)
            return null;

        foreach (var part in source.Parts)
        {
            if (await FindWithoutPartsAsync(PartOf(source, part), cancel) is null)
                return null;
        }

        return source.Parts.IsEmpty ? known : known with { Tree = await LayPartsAsync(source, known.Tree, Freshness.Remembered, cancel) };
    }

    /// <summary>Equal for equal source trees, and known from the index alone: each of a source's files gives the same tree, so the first one stands for all.</summary>
    public static Digest KeyOf(PlannedSource source)
    {
        if (source.Tree is { } tree)
            return tree;
        if (source.Parts.IsEmpty)
            return TreeOf(source.Files[0], source.LeftOut).Key;

        var text = new CanonicalText("monogres source with parts v1");
        text.Add("whole", TreeOf(source.Files[0], source.LeftOut).Key.ToString());
        foreach (var part in source.Parts)
            text.Add("part", part.To.Value, KeyOf(PartOf(source, part)).ToString());
        return text.Digest;
    }

    private async Task<SourceTree> WithoutPartsAsync(PlannedSource source, Freshness freshness, CancellationToken cancel)
    {
        // A directory is not ours to read again: what it held when it was taken in is what is asked for.
        if ((freshness == Freshness.Remembered || source.Tree is not null) && await FindWithoutPartsAsync(source, cancel) is { } known)
            return known;

        List<UserErrorException> failures = [];
        foreach (var file in source.Files.OrderByDescending(InMirror))
        {
            try
            {
                return new SourceTree(await TakeInAsync(file, source.LeftOut, source.Name, cancel), file);
            }
            catch (UserErrorException failure)
            {
                failures.Add(failure);
            }
        }

        throw failures.Count == 1 ? failures[0] : SourceErrors.NoFile(source.Name, failures);
    }

    private async Task<SourceTree?> FindWithoutPartsAsync(PlannedSource source, CancellationToken cancel)
    {
        if (source.Tree is { } tree)
            return new SourceTree(tree, File: null);

        foreach (var file in source.Files)
        {
            if (await _archives.FindAsync(TreeOf(file, source.LeftOut), cancel) is { } known)
                return new SourceTree(known, file);
        }

        return null;
    }

    private async Task<Digest> LayPartsAsync(PlannedSource source, Digest whole, Freshness freshness, CancellationToken cancel)
    {
        var parts = new TreeBuilder();
        foreach (var part in source.Parts)
            parts.AddTree(part.To, (await WithoutPartsAsync(PartOf(source, part), freshness, cancel)).Tree);
        return await TreeUnion.MergeAsync(blobs, [new UnionLayer(whole, Overrides: false), new UnionLayer(await parts.WriteAsync(blobs, cancel), Overrides: true)], cancel);
    }

    private static PlannedSource PartOf(PlannedSource source, SourcePart part) => new() { Name = $"{source.Name} {part.To}", Files = [part.File] };

    // What the user has put into a folder is wanted before anything from elsewhere.
    private bool InMirror(SourceFile file) => downloader.HasInMirror(Request(file));

    private async Task<Digest> TakeInAsync(SourceFile file, ImmutableArray<string> leftOut, string name, CancellationToken cancel)
    {
        var archive = await downloader.DownloadAsync(Request(file), new DownloadReport(observer), cancel);
        using var step = new ObservedStep($"{name} source", observer, time);
        try
        {
            var tree = await _archives.UnpackAsync(TreeOf(file, leftOut), archive, cancel);
            step.Finish();
            return tree;
        }
        catch (ArchiveException refused)
        {
            throw refused.ToUserError($"`{file.FileNames.First()}`");
        }
    }

    private DownloadRequest Request(SourceFile file) => new()
    {
        Name = file.FileNames.First(),
        Hash = file.Sha256,
        Size = file.Size,
        Places = [.. file.Places.SelectMany(place => place switch
        {
            Place.Web web => [web.Address],
            Place.Pool pool => mirrors.Locate(pool.Archive, pool.Path),
            _ => throw new InvalidOperationException($"no way to a {place.GetType().Name}"),
        })],
    };

    private static ArchiveTree TreeOf(SourceFile file, ImmutableArray<string> leftOut) => new(file.Sha256, file.StripPrefix, leftOut);
}

/// <summary>A release as a tree.</summary>
/// <param name="Tree">The root of the source.</param>
/// <param name="File">The file that it came from; null for a directory of this machine.</param>
public sealed record SourceTree(Digest Tree, SourceFile? File);

/// <summary>What can go wrong with a source.</summary>
public static class SourceErrors
{
    /// <summary>None of a release's files can be had: the reasons for each.</summary>
    public static UserErrorException NoFile(string name, IReadOnlyList<UserErrorException> failures) => new(
        $"the source of `{name}` cannot be had",
        failures[0].Hint,
        [.. failures.SelectMany(failure => failure.Details.Select(line => $"  {line}").Prepend(failure.Message))]) { Unavailable = failures.All(failure => failure.Unavailable) };
}
