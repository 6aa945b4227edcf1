using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;

namespace Monogres.Sources.Packages;

/// <summary>What package sets of a family of platforms would become.</summary>
/// <param name="Platforms">Each platform of it, in the order of the index.</param>
public sealed record FamilyAddition(ImmutableArray<PlatformAddition> Platforms)
{
    /// <summary>The suites whose contents cannot be had, and why: their packages are those of the names that another suite has.</summary>
    public ImmutableArray<(string Suite, UserErrorException Why)> WithoutContents { get; init; } = [];

    /// <summary>What is needed and on no platform, on some platforms only, or ambiguous; as sentences without a full stop.</summary>
    public IEnumerable<string> Notes => Unanswered.Concat(WithoutContents.Select(suite => $"the packages of `{suite.Suite}` were chosen by the names that another suite has for them: {suite.Why.Message}"));

    private IEnumerable<string> Unanswered => Platforms.SelectMany(platform => platform.Answers.Select(answer => (platform, answer.Ask, answer.Answer)))
        .GroupBy(one => one.Ask.Name, StringComparer.Ordinal)
        .SelectMany(same => same.Where(one => one.Answer is not PackageAnswer.Found).GroupBy(one => Words(one.Ask, one.Answer), StringComparer.Ordinal)
            .Select(alike => $"{alike.Key} ({string.Join(", ", alike.Select(one => one.platform.Platform.Name))})"));

    private static string Words(PackageAsk ask, PackageAnswer answer) => answer switch
    {
        PackageAnswer.Nowhere { Missing: { } package } => $"`{ask.Name}`: there is no package `{package}`",
        PackageAnswer.Nowhere => $"`{ask.Name}`: no package has {ask}",
        PackageAnswer.Several several => $"`{ask.Name}`: {string.Join(", ", several.Files.Select(file => $"`{file}`"))} is in each of {string.Join(", ", several.Packages.Select(name => $"`{name}`"))}: choose with `monogres platform add {ask.Name} PACKAGE`",
        _ => throw new InvalidOperationException($"{answer.GetType().Name} is no problem"),
    };
}

/// <summary>What the package sets and the lock of one platform would become.</summary>
public sealed record PlatformAddition
{
    /// <summary>The platform as it is.</summary>
    public required Platform Platform { get; init; }

    /// <summary>What its archive has of what is needed.</summary>
    public required ImmutableArray<(PackageAsk Ask, PackageAnswer Answer)> Answers { get; init; }

    /// <summary>The sets that it lacks, with their packages.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> Sets { get; init; }

    /// <summary>The sets of the platform whose programs build for it that belong to what is asked for; see <see cref="CrossBuild.PackageSets"/>.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> CrossSets { get; init; }

    /// <summary>The lock with the packages of the new sets; the one that was given when it has them all.</summary>
    public required PackagesLock Lock { get; init; }

    /// <summary>How many packages the lock has more.</summary>
    public required int Added { get; init; }

    /// <summary>Whether anything of it changes.</summary>
    public bool IsChange => !Sets.IsEmpty || !CrossSets.IsEmpty || Added > 0;
}
