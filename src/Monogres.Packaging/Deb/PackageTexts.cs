using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Platforms.Composer;

namespace Monogres.Packaging.Deb;

/// <summary>The packages that a target runs with as a tree with their texts, which roots do not have: licences, and what is carried with them.</summary>
internal static class PackageTexts
{
    // What a root does not have of a package, and whoever says or carries its licence must.
    private const string Omitted = "usr/share/doc";

    /// <summary>The step that yields the tree.</summary>
    /// <param name="platform">The platform.</param>
    public static ComposeStep StepOf(PackagedPlatform platform) => new(
        new StepName(platform.Name, $"packages with their texts ({platform.Carried.Length} packages)"),
        new RootRecipe
        {
            Packages = [.. platform.Carried.Select(package => new RootPackage(package.Name, package.Digest))],
            Rules = platform.Rules with { Omissions = [.. platform.Rules.Omissions.Where(pattern => pattern is not Omitted)] },
        },
        [new ComposeSource.Locked(platform.Lock, platform.Carried)]);

    /// <summary>Where the text of a package's licence is (Debian policy 12.5).</summary>
    public static RelativePath CopyrightOf(string package) => RelativePath.Parse($"usr/share/doc/{package}/copyright");
}
