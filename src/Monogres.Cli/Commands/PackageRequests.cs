using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;
using Monogres.Plans.Roots;
using Monogres.Plans.Targets;
using Monogres.Platforms.Composer;

namespace Monogres.Cli.Commands;

/// <summary>From a planned target to what packagers are told of it.</summary>
internal static class PackageRequests
{
    /// <summary>What packagers are told of a target.</summary>
    /// <exception cref="UserErrorException">A package that it runs with is not in the lock.</exception>
    public static PackageRequest Of(Workspace workspace, Target target)
    {
        var (index, made, server) = (workspace.Index, target.Ingredients, target.Server);
        return new PackageRequest
        {
            Target = target.Id,
            Prefix = target.Prefix,
            SourceDate = target.SourceDate,
            Payload = target.Payload,
            Symbols = target.Symbols,
            Project = new PackagedProject(made.Project, target.Id.Name.Extension?.Version ?? target.Id.Name.Version.ToString(), made.Summary, made.License, made.Homepage),
            Source = made.Source,
            Server = new PackagedServer(
                server.Id.Name.Server, server.Id.Name.Server == index.DefaultServer.Name, server.Postgres, server.Id.Name.OptionSet!.Value,
                server.Id.Name.OptionSet == index.OptionSets.Default, server.HasAssertions, server.Payload),
            HasOwnBuild = target.HasOwnBuild,
            Requires = [.. target.Installs.Where(one => one.Id != target.Id && one.HasOwnBuild).Select(one => KeyValuePair.Create(one.Ingredients.Project, one.Payload))],
            Modules = [.. target.Installs.Where(one => one.Id != target.Id && !one.HasOwnBuild).Select(one => one.Ingredients.Project)],
            Platform = () => PlatformOf(workspace, index, target),
            Root = () => new ImageRoot(index.Platform(target.Id.Platform), workspace.LockOf).Step(made.RuntimePackages),
            Programs = () => workspace.PackingPrograms,
            RpmPrograms = () => workspace.RpmPrograms,
        };
    }

    private static PackagedPlatform PlatformOf(Workspace workspace, MonogresIndex index, Target target)
    {
        var platform = index.Platform(target.Id.Platform);
        var packages = workspace.LockOf(platform);
        var runtime = target.Ingredients.RuntimePackages.Own;
        return new PackagedPlatform(
            platform.Name, platform.Release, platform.Architecture, packages,
            PlatformPackages.Closure(platform, packages, runtime), PlatformPackages.Closure(platform, packages, [.. runtime, .. platform.PackageSets.GetValueOrDefault(PortableTree.TextsPackageSet, [])]),
            new CompositionRules { Omissions = platform.Omissions.Paths }, platform.Glibc);
    }
}
