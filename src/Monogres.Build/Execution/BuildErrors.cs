using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Execution;

/// <summary>What can be wrong with what a build gave.</summary>
public static class BuildErrors
{
    /// <summary>The build ended well, and left nothing where its result belongs.</summary>
    public static UserErrorException NothingInstalled(TargetName target, RelativePath prefix) =>
        new($"the build of `{target}` installed nothing in `/{prefix}`", "the steps of its style must install there, below `$DESTDIR`; see index/styles");

    /// <summary>A debugger was asked for where there is none.</summary>
    public static UserErrorException NoDebugger(Platform platform) => new(
        $"there is no debugger for {platform.Name}",
        platform.Cross is null ? $"name one in {platform.Folder}/platform.json, field debugger" : "its programs run under an emulator, through which no debugger sees them; leave `--debugger` away");

    /// <summary>The result would not run where it is meant to.</summary>
    public static UserErrorException BeyondPlatform(TargetName target, Platform platform, IReadOnlyList<string> beyond) => new(
        $"what `{target}` gave does not run everywhere on {platform.Name}",
        $"build with libraries of the platform only, or correct `symbol_versions` in {platform.Folder}/platform.json",
        beyond);
}
