using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>What can be wrong with what a build gave.</summary>
public static class PayloadErrors
{
    /// <summary>The build succeeded, and installed nothing where its result belongs.</summary>
    public static UserErrorException NothingInstalled(object target, RelativePath prefix) =>
        new($"the build of `{target}` installed nothing in `/{prefix}`", $"what installs it must put `$(DESTDIR)` before each path, as PGXS does: `$(DESTDIR)/{prefix}/share/extension`, and not `/{prefix}/share/extension`");

    /// <summary>An extension installed something where nothing of it is kept.</summary>
    public static UserErrorException OutsidePrefix(object target, RelativePath prefix, IReadOnlyList<string> files) =>
        new($"the build of `{target}` installed files outside of `/{prefix}`", "an extension must install into the directories that `pg_config` names, with `$(DESTDIR)` before each", [.. files.Select(file => $"/{file}")]);

    /// <summary>An extension installed two different documents that belong at one path.</summary>
    public static UserErrorException DocumentsClash(object target, TreeConflictException conflict) => new(
        $"the build of `{target}` installed documentation of one name in two directories: `/{conflict.Path}` {conflict.Reason}",
        "the documentation of an extension goes into one directory; install it into one, under different names",
        inner: conflict);

    /// <summary>The result would not run where it is meant to.</summary>
    public static UserErrorException ExceedsPlatform(object target, Platform platform, IReadOnlyList<string> excess) => new(
        $"what `{target}` gave exceeds the ABI baseline of {platform.Name}",
        $"build with libraries of the platform only, or correct `symbol_versions` in {platform.Folder}/platform.json",
        excess);
}
