using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Store.Downloads;

namespace Monogres.Engine.Execution;

/// <summary>Runs <see cref="ComposeStep"/>: downloads its packages and archives, and composes the root.</summary>
internal sealed class RootComposing(EngineServices services)
{
    private readonly RootComposer _composer = new(services.Blobs, services.Memo, services.Cores);

    /// <summary>Downloads and composes.</summary>
    /// <exception cref="UserErrorException">A package or archive is unavailable, or two of them conflict.</exception>
    public async Task<StepResult> ComposeAsync(ComposeStep step, CancellationToken cancel)
    {
        using var only = await services.Locks.LockAsync(step.Key, step.ToString(), waiting: null, cancel);

        // Archives first, so that one that is unavailable is known before hundreds of packages are downloaded for nothing.
        foreach (var source in step.Sources.OrderByDescending(source => source is ComposeSource.Archive))
            await FetchAsync(source, cancel);

        // No core is taken: the sandbox's own root is composed while the first command holds one.
        using var observed = new ObservedStep(step.ToString(), services.Times.Find(step.Name)?.Seconds, services.Observer, services.Time);
        var root = await _composer.ComposeAsync(step.Recipe, new PackageReport(observed), cancel);
        services.Times.Add(step.Name, new StepTime(observed.Seconds, 0));
        observed.Finish();
        return new StepResult(step, root);
    }

    /// <summary>Makes the next composition unpack every package again: a blob of the root is lost.</summary>
    public ValueTask ForgetAsync(ComposeStep step, CancellationToken cancel) => _composer.ForgetAsync(step.Recipe, cancel);

    private async Task FetchAsync(ComposeSource source, CancellationToken cancel)
    {
        try
        {
            await services.Files.FetchAsync(FilesOf(source), cancel);
        }
        catch (UserErrorException failure) when (source is ComposeSource.Archive archive && failure.Unavailable)
        {
            throw archive.Missing(failure);
        }
        catch (UserErrorException failure) when (source is ComposeSource.Locked locked && DownloadErrors.IsGone(failure))
        {
            throw LockErrors.Stale(locked.Lock.Platform, failure);
        }
    }

    private static IReadOnlyList<PinnedFile> FilesOf(ComposeSource source) => source switch
    {
        ComposeSource.Archive archive => [archive.File],
        ComposeSource.Locked locked => [.. locked.Closure.Select(package => FileOf(locked.Lock, package))],
        _ => throw new InvalidOperationException($"no files of a {source.GetType().Name}"),
    };

    private static PinnedFile FileOf(PackagesLock packages, LockedPackage package) => new()
    {
        Name = package.Path.Name,
        Sha256 = package.Sha256,
        Size = package.Size,
        Places = [new Place.Pool(packages.Archive, package.Path), new Place.Web(DebianMirrors.Snapshot(packages.Archive, packages.Release.Snapshot).Locate(package.Path))],
    };

    private sealed class PackageReport(ObservedStep step) : IProgress<CompositionProgress>
    {
        public void Report(CompositionProgress value) =>
            step.Advance($"unpacked {value.Name} ({value.Done} of {value.Total})", (double)value.Done / value.Total);
    }
}
