using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Rpm;

/// <summary>Where packages can be installed: on any distribution with that processor and that C library or a newer one.</summary>
/// <param name="Architecture">The processor as rpm names it: <c>x86_64</c>.</param>
/// <param name="Isa">The processor in relations between packages: <c>x86-64</c>.</param>
/// <param name="Glibc">The release of the C library: <c>2.31</c>.</param>
public sealed record RpmPlatform(string Architecture, string Isa, string Glibc)
{
    /// <summary>Of the platform that a target was built on.</summary>
    /// <exception cref="UserErrorException">rpm has no name for its processor.</exception>
    public static RpmPlatform Of(PackagedPlatform platform) => platform.Architecture switch
    {
        "amd64" => new RpmPlatform("x86_64", "x86-64", platform.Glibc),
        "arm64" => new RpmPlatform("aarch64", "aarch-64", platform.Glibc),
        var other => throw RpmErrors.NoArchitecture(other),
    };
}
