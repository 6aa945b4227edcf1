using Monogres.Core;
using Monogres.Payloads.Extensions;

namespace Monogres.Packaging.Portable;

/// <summary>Where a portable tree has what it carries, relative to its prefix.</summary>
public static class PortableLayout
{
    /// <summary>What is nobody's but the tree's own.</summary>
    private static readonly RelativePath Private = InstallationLayout.Libraries.Child("private");

    /// <summary>The carried libraries. Their directory is called <c>lib</c> because PROJ looks for its data in <c>../share/proj</c> of that.</summary>
    public static RelativePath Libraries { get; } = Private.Child("lib");

    /// <summary>The data of carried libraries.</summary>
    public static RelativePath Data { get; } = Private.Child("share");

    /// <summary>The texts of licences, <c>PACKAGE/copyright</c>, and for each target the list of what it carries, <c>PROJECT.json</c>.</summary>
    public static RelativePath Texts { get; } = InstallationLayout.Documentation.Child("third-party");

    /// <summary>The list of what a target carries.</summary>
    public static RelativePath ListOf(string project) => Texts.Child($"{project}.json");
}
