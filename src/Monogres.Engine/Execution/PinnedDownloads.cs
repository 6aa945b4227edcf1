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
    /// <inheritdoc/>
    public bool IsProvided(PinnedFile file) => downloader.HasInMirror(Request(file));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Digest>> FetchAsync(IReadOnlyList<PinnedFile> files, CancellationToken cancel)
    {
        DownloadRequest[] requests = [.. files.Select(Request)];
        if (requests.Where(request => !downloader.IsHere(request)).ToArray() is { Length: > 0 } missing)
            observer.On(new EngineEvent.DownloadsPlanned(missing.Length, missing.Sum(request => request.Size ?? 0)));
        return await downloader.DownloadAllAsync(requests, new DownloadReport(observer), cancel);
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
}
