using System.Text;
using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <content>Files of which nothing is known beforehand but where they are.</content>
public sealed partial class Downloader
{
    /// <summary>
    /// Has a file whose content nobody has pinned: what comes is believed, and its digest is the answer. Whoever calls this
    /// tells the user so, and remembers the digest. The user's mirror comes first: what it has of the host and path of the address, or in a
    /// folder a file of that name.
    /// </summary>
    /// <param name="name">What the file is called.</param>
    /// <param name="place">Where it is (<c>https</c>, <c>http</c>, <c>file</c>).</param>
    /// <param name="progress">Told of bytes as they come, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The blob in the store.</returns>
    /// <exception cref="UserErrorException">The place does not have it; or the network must not be touched; or the store cannot be written.</exception>
    public async Task<Digest> DownloadOnFirstUseAsync(string name, Uri place, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if ((_options.Mirror?.FileNamed(name, place) ?? (place.IsFile && File.Exists(place.LocalPath) ? place.LocalPath : null)) is { } here)
        {
            await using var content = File.OpenRead(here);
            return await _store.Blobs.PutAsync(content, cancel);
        }

        if (_options.Offline)
            throw DownloadErrors.OfflineOnFirstUse(name);

        await _slots.WaitAsync(cancel);
        try
        {
            var key = Sha256Hash.Of(Encoding.UTF8.GetBytes(place.AbsoluteUri));
            using var only = await _store.Locks.AcquireAsync(new Digest(key, 0), $"downloading {name}", waiting: null, cancel);
            var anything = new ExpectedContent(Hash: null, Size: null);
            var (digest, reason) = _options.Mirror?.PlaceOf(place) is { IsFile: false } mirrored ? await TryHostAsync(name, anything, key, mirrored, progress, cancel) : (null, "");
            if (digest is null)
                (digest, reason) = await TryHostAsync(name, anything, key, place, progress, cancel);
            if (digest is not { } found)
                throw DownloadErrors.PlaceFailed(name, new PlaceFailure(Shown(place), reason));

            progress?.Report(new DownloadProgress(name, found.Size, found.Size, Shown(place), Done: true));
            return found;
        }
        finally
        {
            _slots.Release();
        }
    }
}
