using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Lock;

/// <summary>What a lock is made of.</summary>
public sealed record LockRequest
{
    /// <summary>The platform: <c>debian12-amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The archive: <c>debian</c>.</summary>
    public required string Archive { get; init; }

    /// <summary>The suite by its code name: <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>The component: <c>main</c>.</summary>
    public required string Component { get; init; }

    /// <summary>Debian's word for the processor: <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What is wanted.</summary>
    public required PackageSelection Selection { get; init; }

    /// <summary>Who may sign the release.</summary>
    public required Keyring Keyring { get; init; }

    /// <summary>Where to ask, in order.</summary>
    public required DebianMirrors Mirrors { get; init; }
}

/// <summary>
/// Makes a platform's lock from a mirror: the signed release file, the index of packages that it vouches for, the closure
/// of the wanted packages. Every mirror is tried in order, for each file.
/// </summary>
/// <param name="open">Opens a URI for reading; throws <see cref="HttpRequestException"/> or <see cref="IOException"/> when it cannot.</param>
/// <param name="clock">For signatures that have an end.</param>
public sealed class PlatformLocker(Func<Uri, CancellationToken, Task<Stream>> open, TimeProvider clock)
{
    /// <summary>No release file is anywhere near this size.</summary>
    private const int LargestRelease = 16 << 20;

    /// <summary>Makes the lock. Nothing is downloaded but the release file and the index.</summary>
    /// <exception cref="UserErrorException">No mirror has a release that is signed by a pinned key, or its index; or the wanted packages are unavailable.</exception>
    public async Task<PackagesLock> LockAsync(LockRequest request, CancellationToken cancel)
    {
        var (release, hash) = await FetchReleaseAsync(request, cancel);
        var resolver = new LockResolver($"{request.Suite}/{request.Component}", await FetchIndexAsync(request, release, cancel), request.Architecture);
        return new PackagesLock
        {
            Version = PackagesLock.FormatVersion,
            Platform = request.Platform,
            Archive = request.Archive,
            Suite = release.Codename,
            Component = request.Component,
            Architecture = request.Architecture,
            Release = new LockedRelease { Date = release.Date, Sha256 = hash, Snapshot = SnapshotOf(release.Date) },
            Packages = resolver.Resolve(request.Platform, request.Selection),
        };
    }

    /// <summary>A day after the release: by then the archive has published it, and snapshot.debian.org has seen it.</summary>
    private static string SnapshotOf(DateTimeOffset date) =>
        date.AddDays(1).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private async Task<(ReleaseFile Release, Sha256Hash Hash)> FetchReleaseAsync(LockRequest request, CancellationToken cancel)
    {
        var path = RelativePath.Parse($"dists/{request.Suite}/InRelease");
        return await FirstAsync($"release file of `{request.Suite}`", request.Mirrors.Locate(request.Archive, path), async stream =>
        {
            var bytes = await ReadAsync(stream, LargestRelease, cancel);
            var release = ReleaseFile.Parse(ReleaseSignature.Verify(bytes, path.Value, request.Keyring, clock).Text);

            // A signed release of another suite is as true as the right one: a mirror could answer with it.
            if (!string.Equals(release.Codename, request.Suite, StringComparison.Ordinal) && !string.Equals(release.Suite, request.Suite, StringComparison.Ordinal))
                throw new FormatException($"it is the release of {release.Codename}, not of {request.Suite}");

            return (release, Sha256Hash.Of(bytes));
        }, cancel);
    }

    private async Task<IReadOnlyList<ArchivePackage>> FetchIndexAsync(LockRequest request, ReleaseFile release, CancellationToken cancel)
    {
        var name = $"{request.Component}/binary-{request.Architecture}/Packages";
        if (!release.Files.TryGetValue(name + ".gz", out var compressed))
            throw LockErrors.NoIndex(request.Suite, request.Component, request.Architecture);

        var directory = RelativePath.Parse($"dists/{request.Suite}/{name}").Parent;
        // A name by hash cannot change between the release file and now.
        IEnumerable<string> names = release.AcquireByHash ? [$"by-hash/SHA256/{compressed.Hash}", "Packages.gz"] : ["Packages.gz"];
        var places = request.Mirrors.Of(request.Archive).SelectMany(mirror => names.Select(file => mirror.Locate(directory.Combine(RelativePath.Parse(file)))));
        return await FirstAsync($"package index of `{request.Suite}`", places, async stream =>
        {
            var bytes = await ReadAsync(stream, compressed.Size, cancel);
            if (Digest.Of(bytes) != compressed)
                throw new FormatException($"expected {compressed}, got {Digest.Of(bytes)}");

            using var index = new StreamReader(Decompression.Open(new MemoryStream(bytes), Compression.Gzip, ArchiveLimits.Default), Encoding.UTF8);
            return await ArchivePackage.ReadAsync(index, cancel);
        }, cancel);
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
