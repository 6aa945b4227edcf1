using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;

namespace Monogres.Plans.Roots;

/// <summary>The lowest layers of an image: what a server runs with, and what its entry point needs; and the locales.</summary>
/// <param name="platform">The platform.</param>
/// <param name="lockOf">The lock of a platform.</param>
public sealed class ImageRoot(Platform platform, Func<Platform, PackagesLock> lockOf)
{
    private const string PackageSet = "image", LocaleSet = "image-locales";

    /// <summary>The step that composes the root. Unlike other roots it has no program of another machine, also on a platform that is built for by one.</summary>
    /// <param name="runtime">The packages that the server runs with, and those of the extensions in it.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Step(PackageNames runtime)
    {
        var tools = platform.Tools;
        return StepOf(
            "image libraries",
            runtime.And(platform.Packages([PackageSet])).Own,
            (recipe, closure) => recipe with
            {
                Directories = RootPlanner.EmptyDirectories,
                Files = RootPlanner.Files(tools.Files.AddRange(platform == tools ? [] : platform.Files)),
                Links = RootPlanner.Links([.. tools.Links, .. platform == tools ? [] : platform.Links, .. RootPlanner.Alternatives(platform, closure)]),
            });
    }

    /// <summary>The step with the compiled locales of the platform, of all encodings.</summary>
    /// <exception cref="UserErrorException">The package is not in the lock.</exception>
    public ComposeStep Locales => StepOf("image locales", platform.Packages([LocaleSet]).Own, (recipe, _) => recipe, closed: false);

    /// <summary>The step with what some packages say of their licences: <c>usr/share/doc/PACKAGE/copyright</c>.</summary>
    /// <param name="runtime">The packages that an extension runs with.</param>
    /// <param name="server">Those that its server runs with, which are left out.</param>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public ComposeStep Licences(PackageNames runtime, PackageNames server)
    {
        var packages = lockOf(platform);
        var below = PlatformPackages.Closure(platform, packages, server.And(platform.Packages([PackageSet])).Own);
        ImmutableArray<LockedPackage> closure = [.. PlatformPackages.Closure(platform, packages, runtime.Own).Except(below)];
        return StepOf("image licences", packages, closure, new CompositionRules { Omissions = [.. platform.Omissions.Paths.Where(path => path is not "usr/share/doc")] }, (recipe, _) => recipe);
    }

    private ComposeStep StepOf(string name, ImmutableArray<string> wanted, Func<RootRecipe, ImmutableArray<LockedPackage>, RootRecipe> complete, bool closed = true)
    {
        var packages = lockOf(platform);
        var closure = PlatformPackages.Closure(platform, packages, wanted);
        if (!closed)
            closure = [.. closure.Where(package => wanted.Contains(package.Name, StringComparer.Ordinal))];
        return StepOf(name, packages, closure, new CompositionRules { Omissions = platform.Omissions.Paths }, complete);
    }

    private ComposeStep StepOf(string name, PackagesLock packages, ImmutableArray<LockedPackage> closure, CompositionRules rules, Func<RootRecipe, ImmutableArray<LockedPackage>, RootRecipe> complete) => new(
        new StepName(platform.Name, $"{name} ({closure.Length} packages)"),
        complete(new RootRecipe { Packages = [.. closure.Select(package => new RootPackage(package.Name, package.Digest))], Rules = rules }, closure),
        [new ComposeSource.Locked(packages, closure)]);
}
