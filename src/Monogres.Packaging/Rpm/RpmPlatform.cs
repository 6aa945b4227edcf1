using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Platforms.Lock;

namespace Monogres.Packaging.Rpm;

/// <summary>Where packages can be installed: on any distribution with that processor and that C library or a newer one.</summary>
/// <param name="Architecture">The processor as rpm names it: <c>x86_64</c>.</param>
/// <param name="Isa">The processor in relations between packages: <c>x86-64</c>.</param>
/// <param name="Glibc">The release of the C library: <c>2.31</c>.</param>
public sealed record RpmPlatform(string Architecture, string Isa, string Glibc)
{
    private const string CLibrary = "libc6";

    /// <summary>Of the platform that a target was built on.</summary>
    /// <exception cref="UserErrorException">rpm has no name for its processor.</exception>
    public static RpmPlatform Of(PackagedPlatform platform)
    {
        var library = platform.Lock.Find(CLibrary) ?? throw RpmErrors.NoCLibrary(platform.Name);
        var release = DebianVersion.Parse(library.Version).Text.Split(':')[^1].Split('-')[0];
        return platform.Architecture switch
        {
            "amd64" => new RpmPlatform("x86_64", "x86-64", release),
            "arm64" => new RpmPlatform("aarch64", "aarch-64", release),
            var other => throw RpmErrors.NoArchitecture(other),
        };
    }
}
