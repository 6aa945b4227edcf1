using System.Collections.Immutable;
using Monogres.Index.Platforms;
using Monogres.Platforms.Contents;
using Monogres.Plans.Scripts;
using Monogres.Platforms.Lock;
using Monogres.Sources.Inspection;

namespace Monogres.Sources.Packages;

/// <summary>What a source needs of a distribution and a platform has no package set for.</summary>
public static class SourceAsks
{
    /// <summary>The libraries and programs, each once.</summary>
    /// <param name="facts">The source.</param>
    /// <param name="platform">The platform that it was looked for on.</param>
    public static ImmutableArray<PackageAsk> Of(SourceFacts facts, Platform platform)
    {
        var packages = LibraryPackages.Of(facts, platform);
        return
        [
            .. packages.Missing.Select(library => new PackageAsk(library.Name, library.Files)),
            .. packages.MissingTools.Concat(packages.MissingTestTools.Where(tool => KnownTools.Find(tool.Program) is not null)).DistinctBy(tool => tool.Tool.Set, StringComparer.Ordinal).Select(tool => new PackageAsk(tool.Tool.Set, []) { Packages = [tool.Tool.Package], IsTool = true }),
        ];
    }

    /// <summary>What several sources need, each once.</summary>
    public static ImmutableArray<PackageAsk> Of(IEnumerable<SourceFacts> sources, Platform platform) =>
    [
        .. sources.SelectMany(facts => Of(facts, platform)).GroupBy(ask => ask.Name, StringComparer.Ordinal)
            .Select(same => same.First() with { Files = [.. same.SelectMany(ask => ask.Files).Distinct()] }),
    ];

    /// <summary>What a person asks for.</summary>
    /// <param name="name">The name for the sets.</param>
    /// <param name="words">Packages by name (<c>libsodium-dev</c>), and files (<c>sodium.h</c>, <c>-lsodium</c>, <c>libsodium.pc</c>) whose packages are looked for.</param>
    /// <param name="isTool">Whether it is a program that only builds call.</param>
    public static PackageAsk Of(string name, IReadOnlyCollection<string> words, bool isTool)
    {
        var files = words.Select(WantedFile.Parse).ToLookup(file => file.Kind is WantedKind.Program);
        return new PackageAsk(name, [.. files[false]]) { Packages = [.. files[true].Select(file => file.Name)], IsTool = isTool };
    }
}
