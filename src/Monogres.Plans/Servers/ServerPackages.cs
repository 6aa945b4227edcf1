using Monogres.Index;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Styles;
using Monogres.Plans.Roots;

namespace Monogres.Plans.Servers;

/// <summary>The packages that the roots of a server are closed from.</summary>
/// <param name="Build">To build it.</param>
/// <param name="Runtime">To run it.</param>
/// <param name="Debugger">To run it with a debugger.</param>
/// <param name="Test">To run its own tests.</param>
internal sealed record ServerPackages(PackageNames Build, PackageNames Runtime, PackageNames Debugger, PackageNames Test)
{
    /// <summary>What the style and the options ask for.</summary>
    public static ServerPackages Of(PlanContext context, BuildStyle style, OptionChoice choice)
    {
        var platform = context.Platform;
        string[] tools = [.. context.Toolchain.PackageSets, .. style.BuildPackageSets, .. choice.BuildPackageSets];
        string[] runtime = [.. platform.RuntimePackageSets, .. choice.RuntimePackageSets];
        return new ServerPackages(
            platform.Packages(tools),
            platform.Packages(runtime),
            platform.Packages([.. runtime, .. platform.DebuggerPackageSets]),
            platform.Packages([.. tools, .. style.TestPackageSets, .. runtime]));
    }
}
