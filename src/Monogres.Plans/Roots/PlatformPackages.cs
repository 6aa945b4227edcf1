using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>The packages of a platform's lock.</summary>
public static class PlatformPackages
{
    /// <summary>These packages and all that they need, without what the platform omits unless it is asked for by name.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="packages">Its lock.</param>
    /// <param name="wanted">Names of packages.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public static ImmutableArray<LockedPackage> Closure(Platform platform, PackagesLock packages, ImmutableArray<string> wanted) =>
        Closure(platform, packages, wanted, []);

    /// <summary>The same, also without packages that the platform itself does not omit.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="packages">Its lock.</param>
    /// <param name="wanted">Names of packages.</param>
    /// <param name="omitted">What else is left out unless it is asked for by name.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public static ImmutableArray<LockedPackage> Closure(Platform platform, PackagesLock packages, ImmutableArray<string> wanted, ImmutableArray<string> omitted) =>
        packages.Closure(wanted, platform.Omissions.Packages.Concat(omitted).Except(wanted, StringComparer.Ordinal));
}
