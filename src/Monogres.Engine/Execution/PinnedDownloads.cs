using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Platforms.Mirrors;
using Monogres.Store.Downloads;

namespace Monogres.Engine.Execution;

/// <summary>Gets files from their places: web addresses, and the pools of distributions by way of the mirrors that are set.</summary>
/// <param name="downloader">Downloads by digest.</param>
/// <param name="mirrors">Where pools are.</param>
/// <param name="observer">Told of progress.</param>
public sealed class PinnedDownloads(Downloader downloader, DebianMirrors mirrors, IEngineObserver observer) : IFileSource
{
    // Two roots that need the same package at once download it once, so it is announced once.
    private readonly ConcurrentDictionary<string, long?> _announced = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool IsProvided(PinnedFile file) => downloader.HasInMirror(Request(file));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Digest>> FetchAsync(IReadOnlyList<PinnedFile> files, CancellationToken cancel)
    {
        DownloadRequest[] requests = [.. files.Select(Request)];
        DownloadRequest[] missing = [.. requests.Where(request => !downloader.IsHere(request) && _announced.TryAdd(request.Name, request.Size))];
        if (missing.Length > 0)
            observer.On(new EngineEvent.DownloadsPlanned(missing.Length, missing.Sum(request => request.Size ?? 0)));
        try
        {
            return await downloader.DownloadAllAsync(requests, new Report(_announced, new DownloadReport(observer)), cancel);
        }
        finally
        {
            foreach (var request in missing)
            {
                if (_announced.TryRemove(request.Name, out var size))
                    observer.On(new EngineEvent.DownloadStopped(request.Name, size));
            }
        }
    }

    private DownloadRequest Request(PinnedFile file) => new()
    {
        Name = file.Name,
        Hash = file.Sha256,
        Size = file.Size,
        Places = [.. file.Places.SelectMany(place => place switch
        {
            Place.Web web => [web.Address],
            Place.Pool pool => mirrors.Locate(pool.Archive, pool.Path),
            _ => throw new InvalidOperationException($"no way to a {place.GetType().Name}"),
        })],
    };

    private sealed class Report(ConcurrentDictionary<string, long?> announced, DownloadReport events) : IProgress<DownloadProgress>
    {
        void IProgress<DownloadProgress>.Report(DownloadProgress value)
        {
            if (value.Done)
                announced.TryRemove(value.Name, out _);
            events.Report(value);
        }
    }
}
