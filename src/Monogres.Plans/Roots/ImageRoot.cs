using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>The lowest layer of an image: what a server runs with, and what its entry point needs.</summary>
/// <param name="platform">The platform.</param>
/// <param name="lockOf">The lock of a platform.</param>
public sealed class ImageRoot(Platform platform, Func<Platform, PackagesLock> lockOf)
{
    // setpriv: the entry point begins as root, and must not stay it.
    private const string EntryPointPackage = "util-linux";

    /// <summary>The step that composes it.</summary>
    /// <param name="runtime">The packages that the server runs with.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Step(PackageNames runtime) =>
        new RootPlanner(platform, lockOf).Root(new RootRequest(RootKind.Runtime, runtime.And(new PackageNames([EntryPointPackage], []))));
}
