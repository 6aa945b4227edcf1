using Monogres.Core;
using Monogres.Index;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>What can be wrong with what a build gave.</summary>
public static class BuildErrors
{
    /// <summary>The build ended well, and left nothing where its result belongs.</summary>
    public static UserErrorException NothingInstalled(TargetName target, RelativePath prefix) =>
        new($"the build of `{target}` installed nothing in `/{prefix}`", "the steps of its style must install there, below `$DESTDIR`; see index/styles");

    /// <summary>An extension installed something where nothing of it is taken.</summary>
    public static UserErrorException OutsidePrefix(TargetName target, RelativePath prefix, IReadOnlyList<string> files) =>
        new($"the build of `{target}` installed files outside of `/{prefix}`", "what an extension installs must be below the prefix of PostgreSQL; see `arguments` and `environment` of its build", [.. files.Select(file => $"/{file}")]);

    /// <summary>Two things that must be in one prefix have different files at one path.</summary>
    public static UserErrorException FilesClash(TargetName target, TreeConflictException conflict) =>
        new($"what `{target}` is put together from does not fit: {conflict.Message}", "two of the server, the extensions that it needs and its packages bring that file; leave one of them out");

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
