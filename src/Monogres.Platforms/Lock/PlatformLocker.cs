using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>What a lock is made of.</summary>
public sealed record LockRequest
{
    /// <summary>The platform: <c>debian12-amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The suite that its packages are of.</summary>
    public required SuitePlace Place { get; init; }

    /// <summary>Debian's word for the processor: <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What is wanted.</summary>
    public required PackageSelection Selection { get; init; }
}

/// <summary>
/// Makes a platform's lock from a mirror: the signed release file, the index of packages that it vouches for, the closure
/// of the wanted packages.
/// </summary>
/// <param name="suites">Reads the archive.</param>
public sealed class PlatformLocker(SuiteReader suites)
{
    /// <summary>Makes the lock. Nothing is downloaded but the release file and the index.</summary>
    /// <exception cref="UserErrorException">No mirror has a release that is signed by a pinned key, or its index; or the wanted packages are unavailable.</exception>
    public async Task<PackagesLock> LockAsync(LockRequest request, CancellationToken cancel)
    {
        var release = await suites.ReleaseAsync(request.Place, cancel);
        var resolver = new LockResolver(request.Place.ToString(), await suites.PackagesAsync(request.Place, release, request.Architecture, cancel), request.Architecture);
        return new PackagesLock
        {
            Version = PackagesLock.FormatVersion,
            Platform = request.Platform,
            Archive = request.Place.Archive,
            Suite = release.File.Codename,
            Component = request.Place.Component,
            Architecture = request.Architecture,
            Release = release.ToLocked(),
            Packages = resolver.Resolve(request.Platform, request.Selection),
        };
    }
}
