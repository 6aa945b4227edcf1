using Monogres.Core;
using Monogres.Index.Names;

namespace Monogres.Index.Platforms;

/// <summary>What is asked of a platform that it does not have.</summary>
internal static class PlatformErrors
{
    /// <summary>The platform has no such toolchain.</summary>
    public static UserErrorException UnknownToolchain(string name, Platform platform) => new(
        $"no toolchain `{name}` on platform `{platform.Name}`",
        NameText.Near(name, platform.Toolchains.Keys) ?? $"it has {NameText.Listed(platform.Toolchains.Keys)}");
}
