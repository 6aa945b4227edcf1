using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Downloads;

namespace Monogres.Build.Execution;

/// <summary>
/// Brings releases in as trees. Whichever of a release's files was at hand (release tarball or tag archive), the tree is
/// the same, because what upstream generates into tarballs is left out; so a target's key does not depend on it.
/// </summary>
public sealed class SourceTrees(IBlobStore blobs, IActionCache actions, Downloader downloader, DebianMirrors mirrors, IBuildObserver observer, TimeProvider time)
{
    private readonly ArchiveTrees _archives = new(blobs, actions);

    /// <summary>The source tree of a release.</summary>
    /// <param name="release">Which.</param>
    /// <param name="leftOut">Globs of paths that are not taken in; a directory goes with all below it.</param>
    /// <param name="name">For people: <c>postgres-15.18</c>.</param>
    /// <param name="freshness">Whether a tree that was made before is believed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">None of the release's files can be had, or what came is no archive of it.</exception>
    public async Task<SourceTree> TreeOfAsync(Release release, ImmutableArray<string> leftOut, string name, Freshness freshness, CancellationToken cancel)
    {
        if (freshness == Freshness.Remembered && await FindAsync(release, leftOut, cancel) is { } known)
            return known;

        List<UserErrorException> failures = [];
        foreach (var file in release.Files.OrderByDescending(InMirror))
        {
            try
            {
                return new SourceTree(await TakeInAsync(file, leftOut, name, cancel), file);
            }
            catch (UserErrorException failure)
            {
                failures.Add(failure);
            }
        }

        throw failures.Count == 1 ? failures[0] : SourceErrors.NoFile(name, failures);
    }

    /// <summary>The source tree of a release, when it was taken in before; else null. Nothing is downloaded.</summary>
    public async Task<SourceTree?> FindAsync(Release release, ImmutableArray<string> leftOut, CancellationToken cancel)
    {
        foreach (var file in release.Files)
        {
            if (await _archives.FindAsync(TreeOf(file, leftOut), cancel) is { } known)
                return new SourceTree(known, file);
        }

        return null;
    }

    /// <summary>Equal for equal source trees, and known from the index alone: each of a release's files gives the same tree, so the first one stands for all.</summary>
    public static Digest KeyOf(Release release, ImmutableArray<string> leftOut) => TreeOf(release.Files[0], leftOut).Key;

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
/// <param name="File">The file that it came from.</param>
public sealed record SourceTree(Digest Tree, SourceFile File);

/// <summary>What can go wrong with a source.</summary>
public static class SourceErrors
{
    /// <summary>None of a release's files can be had: the reasons for each.</summary>
    public static UserErrorException NoFile(string name, IReadOnlyList<UserErrorException> failures) => new(
        $"the source of `{name}` cannot be had",
        failures[0].Hint,
        [.. failures.SelectMany(failure => failure.Details.Select(line => $"  {line}").Prepend(failure.Message))]) { Unavailable = failures.All(failure => failure.Unavailable) };
}
