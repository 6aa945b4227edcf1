using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Payloads.Binaries;

namespace Monogres.Plans.Roots;

/// <summary>Where portable trees are built when nobody says where.</summary>
public static class PortablePlatform
{
    /// <summary>The platform with the oldest C library among those of the default platform's architecture: what is built on it runs on all of them.</summary>
    /// <param name="index">What exists.</param>
    public static Platform Of(MonogresIndex index)
    {
        var architecture = index.Platform(TargetId.DefaultPlatform).Architecture;
        return index.Platforms.Where(platform => string.Equals(platform.Architecture, architecture, StringComparison.Ordinal))
            .Aggregate((oldest, next) => BinaryNeeds.Compare(next.Glibc, oldest.Glibc) < 0 ? next : oldest);
    }
}
