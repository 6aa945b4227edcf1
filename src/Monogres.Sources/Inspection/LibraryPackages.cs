using System.Collections.Immutable;
using Monogres.Index;
using Monogres.Index.Platforms;

namespace Monogres.Sources.Inspection;

/// <summary>The package sets of a platform that a source needs.</summary>
/// <param name="Build">To be built.</param>
/// <param name="Runtime">To run.</param>
/// <param name="Missing">The libraries for which the platform has none.</param>
/// <param name="MissingTools">The programs for which the platform has none.</param>
public sealed record LibraryPackages(ImmutableArray<string> Build, ImmutableArray<string> Runtime, ImmutableArray<SourceLibrary> Missing, ImmutableArray<SourceTool> MissingTools)
{
    /// <summary>Those that only its tests need.</summary>
    public ImmutableArray<string> Test { get; init; } = [];

    /// <summary>The programs, and modules of Perl, that only its tests call and for which the platform has none.</summary>
    public ImmutableArray<SourceTool> MissingTestTools { get; init; } = [];

    private const string BuildSuffix = "-build", RuntimeSuffix = "-runtime", CxxRuntime = "cxx-runtime";

    /// <summary>Finds the sets: by their names, or by the development packages that they hold; those of programs by what brings them.</summary>
    /// <param name="facts">The source.</param>
    /// <param name="platform">The platform.</param>
    public static LibraryPackages Of(SourceFacts facts, Platform platform) => Of(facts, platform, []);

    /// <summary>The same, also with sets that only other platforms have: an entry of the index can name them.</summary>
    /// <param name="facts">The source.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="others">The others.</param>
    public static LibraryPackages Of(SourceFacts facts, Platform platform, IReadOnlyCollection<Platform> others)
    {
        var (build, runtime) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        var missing = ImmutableArray.CreateBuilder<SourceLibrary>();
        foreach (var library in facts.Libraries)
        {
            var on = others.Prepend(platform).FirstOrDefault(one => StemOf(library.Name, one) is not null);
            if (on is null || StemOf(library.Name, on) is not { } stem)
            {
                missing.Add(library);
                continue;
            }

            build.Add(stem + BuildSuffix);
            if (on.HasPackageSet(stem + RuntimeSuffix))
                runtime.Add(stem + RuntimeSuffix);
        }

        build.UnionWith(facts.Tools.Select(tool => tool.Tool.SetOn(platform)).OfType<string>());
        if (facts.HasCxx && platform.HasPackageSet(CxxRuntime))
            runtime.Add(CxxRuntime);
        return new LibraryPackages([.. build], [.. runtime], missing.ToImmutable(), [.. facts.Tools.Where(tool => tool.Tool.SetOn(platform) is null)])
        {
            Test = [.. facts.TestTools.Select(tool => tool.Tool.SetOn(platform)).OfType<string>().Except(build, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            MissingTestTools = [.. facts.TestTools.Where(tool => tool.Tool.SetOn(platform) is null)],
        };
    }

    private static string? StemOf(string library, Platform platform)
    {
        if (platform.HasPackageSet(library + BuildSuffix))
            return library;

        // Debian calls what `-lfoo` needs libfoo-dev, libfoo2-dev or foo-dev.
        var bare = library.StartsWith("lib", StringComparison.Ordinal) ? library[3..] : library;
        return platform.PackageSets.Where(set => set.Key.EndsWith(BuildSuffix, StringComparison.Ordinal) && set.Value.Any(package => IsDevelopmentOf(package, bare)))
            .Select(set => set.Key[..^BuildSuffix.Length]).FirstOrDefault();
    }

    private static bool IsDevelopmentOf(string package, string library)
    {
        const string suffix = "-dev";
        if (!package.EndsWith(suffix, StringComparison.Ordinal))
            return false;

        var name = package[..^suffix.Length];
        if (name.StartsWith("lib", StringComparison.Ordinal))
            name = name[3..];
        return name.StartsWith(library, StringComparison.OrdinalIgnoreCase) && name[library.Length..].All(c => char.IsAsciiDigit(c) || c is '.' or '-');
    }
}
