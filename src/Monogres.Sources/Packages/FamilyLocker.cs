using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Platforms.Contents;
using Monogres.Platforms.Lock;

namespace Monogres.Sources.Packages;

/// <summary>
/// Adds package sets to all platforms of a distribution at once: finds the packages that have what is needed, in each suite by
/// the names that they have there, and closes the locks over them. What is locked already stays as it is. Nothing is written here.
/// </summary>
/// <param name="suites">Reads the archives.</param>
/// <param name="placeOf">Where the suite of a platform is.</param>
/// <param name="lockOf">The lock of a platform as it is.</param>
public sealed class FamilyLocker(SuiteReader suites, Func<Platform, SuitePlace> placeOf, Func<Platform, PackagesLock> lockOf)
{
    /// <summary>The ending of sets with what is needed to build.</summary>
    public const string BuildSuffix = "-build";

    /// <summary>The ending of sets with what is needed to run.</summary>
    public const string RuntimeSuffix = "-runtime";

    /// <summary>What the platforms would become.</summary>
    /// <param name="family">The platforms, of one distribution.</param>
    /// <param name="asks">What is needed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">An archive cannot be read or has moved on since a lock was made, or what a package needs is not in it.</exception>
    public async Task<FamilyAddition> AddAsync(ImmutableArray<Platform> family, IReadOnlyCollection<PackageAsk> asks, CancellationToken cancel)
    {
        var files = asks.SelectMany(ask => ask.Files).Distinct().ToArray();
        var searched = asks.Any(ask => !ask.IsTool || !ask.Files.IsEmpty);
        var read = await Task.WhenAll(family.GroupBy(platform => (platform.Archive.Name, platform.Release)).Select(suite => Task.Run(() => ReadAsync([.. suite], searched ? files : null, cancel), cancel)));
        if (searched && read.All(suite => suite.Contents is null))
            throw read[0].WhyNoContents!;

        var answers = read.Where(suite => !searched || suite.Contents is not null).ToDictionary(suite => suite, suite => Answers(suite, asks));
        foreach (var suite in read.Where(suite => !answers.ContainsKey(suite)).ToArray())
            answers[suite] = AnswersByName(suite, answers.Values.First());
        return new FamilyAddition([.. family.Select(platform => read.Select(suite => Of(platform, suite, answers[suite])).First(addition => addition is not null)!)])
        {
            WithoutContents = [.. read.Where(suite => suite.WhyNoContents is not null).Select(suite => (suite.Place.Suite, suite.WhyNoContents!))],
        };
    }

    // Platforms of one suite have packages of the same names, so that the contents of one architecture tell them.
    private async Task<Suite> ReadAsync(ImmutableArray<Platform> platforms, WantedFile[]? files, CancellationToken cancel)
    {
        var first = platforms.FirstOrDefault(platform => platform.Cross is null) ?? platforms[0];
        var place = placeOf(first);
        var release = await suites.ReleaseAsync(place, cancel);
        var resolvers = new Dictionary<Platform, LockResolver>();
        foreach (var platform in platforms)
            resolvers.Add(platform, new LockResolver(place.ToString(), await suites.PackagesAsync(place, release, platform.Architecture, cancel), platform.Architecture));
        var suite = new Suite(place, first, release, resolvers);
        if (files is null)
            return suite;

        try
        {
            return suite with { Contents = await suites.ContentsAsync(place, release, first.Architecture, files, first.GnuTriplet, cancel) };
        }
        catch (UserErrorException absent)
        {
            return suite with { WhyNoContents = absent };
        }
    }

    private static ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> Answers(Suite suite, IReadOnlyCollection<PackageAsk> asks)
    {
        var chooser = ChooserOf(suite);
        return [.. asks.Select(ask => (ask, chooser.Choose(ask)))];
    }

    // A suite whose contents cannot be had has, for nearly all libraries, development packages of the names that another suite has.
    private static ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> AnswersByName(Suite suite, ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> other)
    {
        var chooser = ChooserOf(suite);
        return [.. other.Select(one => (one.Ask, one.Answer is PackageAnswer.Found found ? chooser.Choose(one.Ask with { Files = [], Packages = found.Build }) switch
        {
            PackageAnswer.Found here => here with { HasPrograms = found.HasPrograms },
            var absent => absent,
        } : one.Answer))];
    }

    private static PackageChooser ChooserOf(Suite suite)
    {
        var wanted = suite.First.PackageSets.Values.SelectMany(set => set).ToHashSet(StringComparer.Ordinal);
        return new PackageChooser(suite.Contents, suite.Resolvers[suite.First].Find, file => AlternativeOf(suite.First, file), wanted.Contains);
    }

    private static string? AlternativeOf(Platform platform, WantedFile file) =>
        platform.Alternatives.FirstOrDefault(alternative => alternative.Links.Any(link => file.IsAt(link.Path.Value, platform.GnuTriplet)))?.Package;

    // The same on another architecture, for which a package may not exist.
    private static PackageAnswer On(PackageAnswer answer, LockResolver archive) => answer is PackageAnswer.Found found
        && found.Build.Concat(found.Runtime).FirstOrDefault(name => archive.Find(name) is null) is { } missing ? new PackageAnswer.Nowhere(missing) : answer;

    private PlatformAddition? Of(Platform platform, Suite suite, ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> ofSuite)
    {
        if (!suite.Resolvers.TryGetValue(platform, out var archive))
            return null;

        ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> answers = [.. ofSuite.Select(one => (one.Ask, On(one.Answer, archive)))];
        var sets = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var cross = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (ask, answer) in answers)
        {
            if (answer is not PackageAnswer.Found found)
                continue;

            var build = ask.IsTool ? ask.Name : ask.Name + BuildSuffix;
            if (platform.Cross is null || !ask.IsTool)
                Set(build, found.Build);
            if (!found.Runtime.IsEmpty)
                Set(ask.Name + RuntimeSuffix, found.Runtime);
            if (platform.Cross is { } tools && found.HasPrograms && !tools.PackageSets.ContainsKey(build))
                cross[build] = [build];
        }

        var before = lockOf(platform);
        var wanted = sets.Values.SelectMany(set => set).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var lacks = wanted.Any(name => before.Find(name) is null);
        var after = lacks ? Extended(platform, suite, archive, before, wanted) : before;
        return new PlatformAddition
        {
            Platform = platform,
            Answers = answers,
            Sets = sets.ToImmutable(),
            CrossSets = cross.ToImmutable(),
            Lock = after,
            Added = after.Packages.Length - before.Packages.Length,
        };

        void Set(string name, ImmutableArray<string> packages)
        {
            if (!platform.PackageSets.ContainsKey(name))
                sets[name] = packages;
        }
    }

    private static PackagesLock Extended(Platform platform, Suite suite, LockResolver archive, PackagesLock before, ImmutableArray<string> wanted) => before with
    {
        Release = suite.Release.ToLocked(),
        Packages = archive.Add(before, new PackageSelection { Wanted = wanted, Omissions = [.. platform.Omissions.Packages.Except(wanted, StringComparer.Ordinal)] }),
    };

    /// <summary>What was read of a suite.</summary>
    /// <param name="Place">Where it is.</param>
    /// <param name="First">The platform of it by whose architecture packages are found.</param>
    /// <param name="Release">The release file.</param>
    /// <param name="Resolvers">The packages of each platform's architecture.</param>
    private sealed record Suite(SuitePlace Place, Platform First, SignedRelease Release, Dictionary<Platform, LockResolver> Resolvers)
    {
        /// <summary>Which package has which file; null when that cannot be had or was not asked for.</summary>
        public ContentsIndex? Contents { get; init; }

        /// <summary>Why it cannot be had.</summary>
        public UserErrorException? WhyNoContents { get; init; }
    }
}
