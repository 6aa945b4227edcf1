using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>The root with the programs that pack: compressors, and patchelf, which rewrites what libraries programs need.</summary>
/// <param name="platform">The platform whose programs run on this machine.</param>
/// <param name="lockOf">The lock of a platform.</param>
public sealed class PackingRoot(Platform platform, Func<Platform, PackagesLock> lockOf)
{
    private static readonly ImmutableArray<string> PackageSets = ["shell", "xz", "zstd", "patchelf"];

    /// <summary>The step that composes it.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Step => new RootPlanner(platform, lockOf).Root(new RootRequest(RootKind.Runtime, platform.Packages(PackageSets)));
}
