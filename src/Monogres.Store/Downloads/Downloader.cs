using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Local;

namespace Monogres.Store.Downloads;

/// <summary>
/// The one room that downloads. Files come into the store by digest, verified while they are written; places are tried in
/// order, the mirror first; what an interrupted run has left is continued; a host that cannot be reached is not asked
/// again. Safe for several threads, and several processes may want the same file.
/// </summary>
public sealed partial class Downloader : IDisposable
{
    private readonly LocalStore _store;
    private readonly DownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpClient> _client;
    private readonly Lazy<HttpPlace> _http;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<string, string> _unreachable = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Prepares; nothing is asked yet.</summary>
    /// <param name="store">The output directory.</param>
    /// <param name="handler">The network, such as <see cref="NewHandler"/>; stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="time">Measures stalls and waits.</param>
    public Downloader(LocalStore store, HttpMessageHandler handler, DownloadOptions options, TimeProvider time)
        : this(store, () => handler, options, time)
    {
    }

    /// <summary>Prepares; nothing is asked yet.</summary>
    /// <param name="store">Where the files go.</param>
    /// <param name="handler">Makes the network when the first file is downloaded: most commands download nothing.</param>
    /// <param name="options">How.</param>
    /// <param name="time">Measures stalls and waits.</param>
    public Downloader(LocalStore store, Func<HttpMessageHandler> handler, DownloadOptions options, TimeProvider time)
    {
        (_store, _options, _time) = (store, options, time);
        _slots = new SemaphoreSlim(options.Parallel);
        _client = new Lazy<HttpClient>(() => NewClient(handler()));
        _http = new Lazy<HttpPlace>(() => new HttpPlace(_client.Value, options, time));
    }

    private static HttpClient NewClient(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"monogres/{typeof(Downloader).Assembly.GetName().Version!.ToString(3)}");

        // A server must not compress on the way what is known by the digest of its bytes.
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        return client;
    }

    /// <summary>The network as it is: redirects are followed, proxies are those of the environment.</summary>
    public static SocketsHttpHandler NewHandler() => new() { ConnectTimeout = TimeSpan.FromSeconds(15) };

    /// <summary>Whether the mirror that the user gave is a directory that has this file.</summary>
    public bool HasInMirror(DownloadRequest request) => _options.Mirror?.PlacesOf(request).Any(place => place.IsFile) ?? false;

    /// <summary>Whether the file is in the store.</summary>
    public bool IsHere(DownloadRequest request) => Find(request) is not null;

    /// <summary>Has one file.</summary>
    /// <param name="request">What, and from where.</param>
    /// <param name="progress">Told of bytes as they come, or null.</param>
    /// <param name="cancel">Stops; what has come stays for the next time.</param>
    /// <returns>The blob in the store.</returns>
    /// <exception cref="UserErrorException">No place has it; or the network must not be touched; or the store cannot be written.</exception>
    public async Task<Digest> DownloadAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (Find(request) is { } here)
            return here;

        await _slots.WaitAsync(cancel);
        try
        {
            // The size is no part of the key: not everyone who wants the file knows it.
            using var only = await _store.Locks.AcquireAsync(new Digest(request.Hash, 0), $"downloading {request.Name}", waiting: null, cancel);
            return Find(request) ?? await TryPlacesAsync(request, progress, cancel);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Has many files, in the order of the requests. One that fails does not stop the others.</summary>
    /// <param name="requests">What, and from where.</param>
    /// <param name="progress">Told of bytes as they come, or null.</param>
    /// <param name="cancel">Stops; what has come stays for the next time.</param>
    /// <exception cref="UserErrorException">Some cannot be had: all of these are listed.</exception>
    public async Task<ImmutableArray<Digest>> DownloadAllAsync(IReadOnlyList<DownloadRequest> requests, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (_options.Offline && requests.Where(request => Find(request) is null && LocalPlacesOf(request).IsEmpty).ToArray() is { Length: > 0 } missing)
            throw DownloadErrors.Offline(missing);

        var digests = new Digest[requests.Count];
        var errors = new ConcurrentDictionary<int, UserErrorException>();
        await Parallel.ForAsync(0, requests.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = _options.Parallel }, async (i, each) =>
        {
            try
            {
                digests[i] = await DownloadAsync(requests[i], progress, each);
            }
            catch (UserErrorException e)
            {
                errors[i] = e;
            }
        });

        return errors.Count switch
        {
            0 => [.. digests],
            1 => throw errors.Values.Single(),
            _ => throw DownloadErrors.Several([.. errors.OrderBy(error => error.Key).Select(error => error.Value)], requests.Count),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
        _slots.Dispose();
    }

    private Digest? Find(DownloadRequest request) =>
        _store.Blobs.Find(request.Hash) is { } here && (request.Size ?? here.Size) == here.Size ? here : null;

    private ImmutableArray<Uri> PlacesOf(DownloadRequest request) =>
        [.. (_options.Mirror?.PlacesOf(request) ?? []).Concat(request.Places).Distinct()];

    private ImmutableArray<Uri> LocalPlacesOf(DownloadRequest request) => [.. PlacesOf(request).Where(place => place.IsFile && File.Exists(place.LocalPath))];

    private async Task<Digest> TryPlacesAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (_options.Offline && LocalPlacesOf(request).IsEmpty)
            throw DownloadErrors.Offline([request]);

        var failures = new List<PlaceFailure>();
        foreach (var place in PlacesOf(request))
        {
            var (digest, reason) = place.IsFile
                ? await ReadFileAsync(request, place.LocalPath, cancel)
                : _options.Offline
                    ? (null, "not asked, because of `--offline`")
                    : await TryHostAsync(request.Name, new ExpectedContent(request.Hash, request.Size), request.Hash, place, progress, cancel);
            if (digest is { } found)
            {
                progress?.Report(new DownloadProgress(request.Name, found.Size, found.Size, Shown(place), Done: true));
                return found;
            }

            failures.Add(new PlaceFailure(Shown(place), reason));
        }

        throw DownloadErrors.NoPlaceWorked(request, failures);
    }

    private async Task<(Digest? Digest, string Reason)> ReadFileAsync(DownloadRequest request, string path, CancellationToken cancel)
    {
        try
        {
            var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            await using (content)
            {
                var digest = new Digest(request.Hash, content.Length);
                await _store.Blobs.PutAsync(digest, content, cancel);
                return (digest, "");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "is not there");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, "may not be read");
        }
        catch (DigestMismatchException e)
        {
            return (null, $"has other content (sha256 {e.Actual.Hash})");
        }
    }

    /// <param name="name">For people.</param>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="key">Names what an interrupted run has left.</param>
    /// <param name="place">Where.</param>
    /// <param name="progress">Told of bytes as they come, or null.</param>
    /// <param name="cancel">Stops.</param>
    private async Task<(Digest? Digest, string Reason)> TryHostAsync(
        string name, ExpectedContent wanted, Sha256Hash key, Uri place, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (place.Scheme is not ("http" or "https"))
            return (null, "is no http, https or file URL");

        if (_unreachable.TryGetValue(place.Authority, out var known))
            return (null, $"not asked again: {known}");

        using var partial = PartialFile.Open($"{_store.DownloadsDirectory}/{key}.part");
        for (var tried = 1; ; tried++)
        {
            // Without a hash nobody would notice that the rest belongs to another content than the beginning.
            if (partial.Length > wanted.Size || wanted.Hash is null)
                partial.Restart();

            // An earlier run may have been stopped between the last byte and the store.
            var outcome = partial.Length > 0 && partial.Digest.Hash == wanted.Hash
                ? new PlaceOutcome.Complete()
                : await _http.Value.FetchAsync(wanted, place, partial, total => progress?.Report(new DownloadProgress(name, partial.Length, total, Shown(place), Done: false)), cancel);
            switch (outcome)
            {
                case PlaceOutcome.Complete:
                    return (_store.Blobs.Adopt(partial.Path, partial.Digest), "");

                case PlaceOutcome.Transient { Wait: var asked } passing when tried < _options.Tries && (asked ?? TimeSpan.Zero) <= _options.LongestRetryAfter:
                    await Task.Delay(asked ?? _options.RetryDelay * (1 << (tried - 1)), _time, cancel);
                    break;

                case PlaceOutcome.Transient { IsSilent: true } silent:
                    _unreachable[place.Authority] = silent.Reason;
                    return (null, silent.Reason);

                case PlaceOutcome.Transient passing:
                    return (null, passing.Reason);

                case PlaceOutcome.Unreachable unreachable:
                    _unreachable[place.Authority] = unreachable.Reason;
                    return (null, unreachable.Reason);

                case PlaceOutcome.Unusable useless:
                    return (null, useless.Reason);
            }
        }
    }

    // Credentials belong into no message.
    private static string Shown(Uri place) => place.IsFile
        ? place.LocalPath
        : place.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);
}
