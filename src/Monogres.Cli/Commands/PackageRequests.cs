using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Targets;
using Monogres.Platforms.Composer;

namespace Monogres.Cli.Commands;

/// <summary>From a planned target to what packagers are told of it.</summary>
internal static class PackageRequests
{
    /// <summary>What packagers are told of a target.</summary>
    /// <exception cref="UserErrorException">A package that it runs with is not in the lock.</exception>
    public static PackageRequest Of(Workspace workspace, Target target) => Of(workspace, target, []);

    /// <summary>What packagers are told of a server whose image includes extensions.</summary>
    /// <exception cref="UserErrorException">A package that they run with is not in the lock.</exception>
    public static PackageRequest Of(Workspace workspace, Target target, ImmutableArray<Target> with)
    {
        var (index, made, server) = (workspace.Index, target.Ingredients, target.Server);
        return new PackageRequest
        {
            Target = target.Id,
            Prefix = target.Prefix,
            SourceDate = target.SourceDate,
            Payload = target.Payload,
            Symbols = target.Symbols,
            Recipe = target.Payload.Key,
            Project = new PackagedProject(made.Project, target.Id.Name.Extension?.Version ?? target.Id.Name.Version.ToString(), made.Summary, made.License, made.Homepage),
            Source = made.Source,
            Server = new PackagedServer(
                server.Id.Name.Server, server.Id.Name.Server == index.DefaultServer.Name, server.Postgres, server.Id.Name.OptionSet!.Value,
                server.Id.Name.OptionSet == index.OptionSets.Default, server.HasAssertions, server.Payload),
            HasOwnBuild = target.HasOwnBuild,
            Requires = [.. target.Installs.Where(one => one.Id != target.Id && one.HasOwnBuild).Select(one => KeyValuePair.Create(one.Ingredients.Project, one.Payload))],
            Modules = [.. target.Installs.Where(one => one.Id != target.Id && !one.HasOwnBuild).Select(one => one.Ingredients.Project)],
            Platform = () => PlatformOf(workspace, index, target),
            Image = () => PartsOf(workspace, index, target, with),
            With = new IncludedExtensions(
                [
                    .. with.Where(one => one.HasOwnBuild).Select(one =>
                        new PackagedExtension(one.Ingredients.Project, one.Id.Name.Extension!.Version, one.Ingredients.License, one.Payload)),
                ],
                with.Aggregate(ServerSettings.None, (all, one) => all.Then(one.Settings)).ToConfiguration(),
                [.. with.Select(one => one.HasOwnBuild ? $"{one.Ingredients.Project}@{one.Id.Name.Extension!.Version}" : $"{one.Ingredients.Project}")]),
            Programs = () => workspace.PackingPrograms,
            RpmPrograms = () => workspace.RpmPrograms,
        };
    }

    private static ImageParts PartsOf(Workspace workspace, MonogresIndex index, Target target, ImmutableArray<Target> with)
    {
        var root = new ImageRoot(index.Platform(target.Id.Platform), workspace.LockOf);
        var (server, own) = (target.Server.Ingredients.RuntimePackages, target.Ingredients.RuntimePackages);
        return new ImageParts(
            root.Step(with.Aggregate(server, (all, one) => all.And(one.Ingredients.RuntimePackages))), root.Locales, root.Step(server.And(own)), root.Licences(own, server));
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
