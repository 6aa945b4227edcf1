using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>The roots with the programs that pack: one with compressors and patchelf, which rewrites what libraries programs need, one with rpm, and one with what compresses upstream's archives.</summary>
/// <param name="platform">The platform whose programs run on this machine.</param>
/// <param name="lockOf">The lock of a platform.</param>
public sealed class PackingRoot(Platform platform, Func<Platform, PackagesLock> lockOf)
{
    private static readonly ImmutableArray<string> Packing = ["shell", "xz", "zstd", "patchelf"], Rpm = ["shell", "rpm"], Archives = ["shell", "bzip2"];

    /// <summary>The step that composes the root with compressors and patchelf.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Step => Of(Packing);

    /// <summary>The step that composes the root with rpm.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep RpmStep => Of(Rpm);

    /// <summary>The step that composes the root with the compressors of upstream's archives: gzip and bzip2.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep ArchiveStep => Of(Archives);

    private ComposeStep Of(ImmutableArray<string> sets) => new RootPlanner(platform, lockOf).Root(new RootRequest(RootKind.Runtime, platform.Packages(sets)));
}
