using Monogres.Core;
using Monogres.Platforms.Contents;
using Monogres.Platforms.Signatures;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Lock;

/// <summary>
/// Reads a suite from a mirror: the signed release file, and the index files that it vouches for. Every mirror is tried in
/// order, for each file.
/// </summary>
/// <param name="open">Opens a URI for reading; throws <see cref="HttpRequestException"/> or <see cref="IOException"/> when it cannot.</param>
/// <param name="clock">For signatures that have an end.</param>
/// <param name="kept">Keeps index files by their digest, so that each is downloaded once; null to keep none.</param>
public sealed class SuiteReader(Func<Uri, CancellationToken, Task<Stream>> open, TimeProvider clock, IBlobStore? kept = null)
{
    /// <summary>No release file is anywhere near this size.</summary>
    private const int LargestRelease = 16 << 20;

    private const int CopyBuffer = 1 << 20;

    /// <summary>The release file as it is now.</summary>
    /// <exception cref="UserErrorException">No mirror has one that is signed by a pinned key.</exception>
    public async Task<SignedRelease> ReleaseAsync(SuitePlace place, CancellationToken cancel)
    {
        var path = RelativePath.Parse($"dists/{place.Suite}/InRelease");
        return await FirstAsync($"release file of `{place.Suite}`", place.Mirrors.Locate(place.Archive, path), async stream =>
        {
            var bytes = await ReadAsync(stream, LargestRelease, cancel);
            var release = ReleaseFile.Parse(ReleaseSignature.Verify(bytes, path.Value, place.Keyring, clock).Text);

            // A signed release of another suite is as true as the right one: a mirror could answer with it.
            if (!string.Equals(release.Codename, place.Suite, StringComparison.Ordinal) && !string.Equals(release.Suite, place.Suite, StringComparison.Ordinal))
                throw new FormatException($"it is the release of {release.Codename}, not of {place.Suite}");

            return new SignedRelease(release, Sha256Hash.Of(bytes));
        }, cancel);
    }

    /// <summary>The packages of an architecture.</summary>
    /// <exception cref="UserErrorException">The release has no such index, or no mirror has it as the release says.</exception>
    public Task<ArchivePackages> PackagesAsync(SuitePlace place, SignedRelease release, string architecture, CancellationToken cancel) =>
        IndexAsync(place, release, $"{place.Component}/binary-{architecture}/Packages", "package index", async text =>
        {
            using var all = new MemoryStream();
            await text.CopyToAsync(all, CopyBuffer, cancel);
            return new ArchivePackages(all.GetBuffer().AsMemory(0, (int)all.Length), architecture);
        }, () => LockErrors.NoIndex(place.Suite, place.Component, architecture), cancel);

    /// <summary>Which packages of an architecture have the wanted files.</summary>
    /// <param name="place">The suite.</param>
    /// <param name="release">Its release file.</param>
    /// <param name="architecture">Debian's word for the processor, <c>amd64</c>; <c>all</c> for the packages without machine code.</param>
    /// <param name="wanted">What is asked.</param>
    /// <param name="triplet">The architecture in paths: <c>x86_64-linux-gnu</c>.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The release has no such index, or no mirror has it as the release says.</exception>
    public Task<ContentsIndex> ContentsAsync(SuitePlace place, SignedRelease release, string architecture, IReadOnlyCollection<WantedFile> wanted, string triplet, CancellationToken cancel) =>
        IndexAsync(place, release, $"{place.Component}/Contents-{architecture}", "index of contents", text => ContentsIndex.ReadAsync(text, wanted, triplet, cancel),
            () => LockErrors.NoContents(place.Suite, place.Component, architecture), cancel);

    private async Task<T> IndexAsync<T>(SuitePlace place, SignedRelease release, string name, string what, Func<Stream, Task<T>> read, Func<UserErrorException> absent, CancellationToken cancel)
    {
        var path = RelativePath.Parse($"dists/{place.Suite}/{name}.gz");
        if (!release.File.Files.TryGetValue($"{name}.gz", out var compressed))
            throw absent();

        if (kept is not null && await kept.ContainsAsync(compressed, cancel))
        {
            await using var known = await kept.OpenAsync(compressed, cancel);
            return await UseAsync(known);
        }

        // A name by hash cannot change between the release file and now.
        IEnumerable<string> names = release.File.AcquireByHash ? [$"by-hash/SHA256/{compressed.Hash}", path.Name] : [path.Name];
        var places = place.Mirrors.Of(place.Archive).SelectMany(mirror => names.Select(file => mirror.Locate(path.Parent.Combine(RelativePath.Parse(file)))));
        return await FirstAsync($"{what} of `{place.Suite}`", places, async stream =>
        {
            var bytes = await ReadAsync(stream, compressed.Size, cancel);
            if (Digest.Of(bytes) != compressed)
                throw new FormatException($"expected {compressed}, got {Digest.Of(bytes)}");

            if (kept is not null)
                await kept.PutAsync(bytes, cancel);
            return await UseAsync(new MemoryStream(bytes));
        }, cancel);

        async Task<T> UseAsync(Stream gzip)
        {
            await using var text = Decompression.Open(gzip, Compression.Gzip, ArchiveLimits.Default);
            return await read(text);
        }
    }

    private async Task<T> FirstAsync<T>(string what, IEnumerable<Uri> places, Func<Stream, Task<T>> use, CancellationToken cancel)
    {
        var tried = new List<string>();
        foreach (var place in places)
        {
            try
            {
                await using var stream = await open(place, cancel);
                return await use(stream);
            }
            catch (Exception error) when (Reason(error, cancel) is { } reason)
            {
                tried.Add($"{place}: {reason}");
            }
        }

        throw LockErrors.NoMirror(what, tried.Count > 0 ? tried : ["no mirror is known"]);
    }

    /// <summary>Why a place was no use; null when the error is not the place's.</summary>
    private static string? Reason(Exception error, CancellationToken cancel) => error switch
    {
        UserErrorException user => string.Join("; ", [user.Message, .. user.Details]),
        HttpRequestException { StatusCode: { } status } => $"HTTP status {(int)status}",
        HttpRequestException or IOException or InvalidDataException or ArchiveException or FormatException or UnauthorizedAccessException => error.Message,
        OperationCanceledException when !cancel.IsCancellationRequested => "it did not answer in time",
        _ => null,
    };

    private static async Task<byte[]> ReadAsync(Stream stream, long largest, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[1 << 16];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancel)) > 0)
        {
            if (buffer.Length + read > largest)
                throw new FormatException($"it has more than {largest} bytes");

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
