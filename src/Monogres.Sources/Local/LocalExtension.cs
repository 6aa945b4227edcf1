using System.Collections.Immutable;
using Monogres.Sources.Inspection;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;

namespace Monogres.Sources.Local;

/// <summary>A source that is not in the index, as an extension that can be planned.</summary>
/// <param name="Project">Its description; it has one release.</param>
/// <param name="Tree">Its source.</param>
/// <param name="Inspection">Everything that was found in the source.</param>
/// <param name="Packages">The package sets that it needs.</param>
/// <param name="Unknown">Extensions that it requires and that neither the index nor the source itself has.</param>
public sealed record LocalExtension(ExtensionProject Project, Digest Tree, SourceInspection Inspection, LibraryPackages Packages, ImmutableArray<string> Unknown)
{
    /// <summary>
    /// The time that its build takes as the current time. A working tree has no date of its own, and what is built from it must
    /// not depend on when it is built; nor on whether the same files came from a directory, an archive or a commit.
    /// </summary>
    public static readonly DateTimeOffset SourceDate = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Stands for the version where none is known.</summary>
    public const string NoVersion = "0";

    private const string ProceduralLanguage = "plpgsql";

    /// <summary>What names it on the command line, quoted for the shell.</summary>
    public required string Words { get; init; }

    /// <summary>The extension that a source contains.</summary>
    /// <exception cref="UserErrorException">Neither name nor style is known.</exception>
    public static LocalExtension Of(ImportedSource taken, SourceInspection inspection, MonogresIndex index, Platform platform)
    {
        var facts = inspection.Facts;
        if (inspection.WhyNoStyle is { } why)
            throw LocalErrors.NoStyle(taken.Source, why);

        var style = facts.Style!;
        var name = NameOf(facts, taken.Source) ?? throw LocalErrors.NoName(taken.Source);
        var packages = LibraryPackages.Of(facts, platform);
        var (requires, unknown) = RequiresOf(facts, index);
        var release = new ExtensionRelease
        {
            Version = VersionOf(facts, taken.Source) ?? NoVersion,
            // The user chooses the PostgreSQL to build against; `doctor` reports what the source claims.
            Postgres = VersionRange.Any,
            Tag = null,
            Commit = (taken.Source as LocalSource.Commit)?.Id,
            SourceDate = SourceDate,
            Files = [],
            Parts = [],
        };
        var build = new ExtensionBuild
        {
            Style = style,
            Arguments = [.. facts.Arguments, .. VersionArguments(facts, taken.Source)],
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            BuildPackageSets = [.. packages.Build.Union(taken.PackageSets, StringComparer.Ordinal)],
            RuntimePackageSets = packages.Runtime,
        };
        var tests = new ExtensionTesting
        {
            Style = style,
            Directory = RelativePath.Root,
            Skipped = facts.HasTests ? null : "the source has no known tests",
            Arguments = facts.TestArguments,
            PackageSets = packages.Test,
            Requires = TestsRequire(facts, requires, index),
            Settings = facts.TestSettings.ToImmutableSortedDictionary(setting => setting.Key, setting => new ServerSetting(setting.Value, []), StringComparer.Ordinal),
            Drift = [],
        };
        return new LocalExtension(
            new ExtensionProject
            {
                Name = name,
                Folder = taken.Source.Text,
                License = facts.License,
                Homepage = Uri.TryCreate(facts.Meta?.Homepage ?? facts.Meta?.Repository, UriKind.Absolute, out var homepage) ? homepage : new Uri("about:blank"),
                Summary = facts.Summary ?? "",
                Category = facts.Category.Category,
                Repositories = (taken.Source as LocalSource.Commit) is { } commit ? [commit.Repository] : [],
                Origin = new ExtensionOrigin.Source([release], build),
                SqlNames = [.. facts.Extensions.Select(extension => extension.Name)],
                Requires = requires,
                Options = [],
                Preload = facts.Preload,
                Settings = facts.SessionPreload.IsEmpty ? ImmutableSortedDictionary<string, ServerSetting>.Empty
                    : ImmutableSortedDictionary<string, ServerSetting>.Empty.Add("session_preload_libraries", new ServerSetting(string.Join(',', facts.SessionPreload), [])),
                Tests = tests,
            },
            inspection.Tree, inspection, packages, unknown)
        {
            Words = ShellText.Quote(taken.PackageSets.IsEmpty ? [taken.Source.Text] : [taken.Source.Text, "--packages", string.Join(',', taken.PackageSets)]),
        };
    }

    /// <summary>The first usable name for the project: that of the main extension, of the distribution, of the library, or of the directory.</summary>
    public static ProjectName? NameOf(SourceFacts facts, LocalSource source) => ((string?[])[facts.Name, facts.Meta?.Name, source.FallbackName]).OfType<string>()
        .Select(text => string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' ? c : '-')).Trim('-', '_'))
        .Where(text => ProjectName.TryParse(text, out _)).Select(text => (ProjectName?)ProjectName.Parse(text)).FirstOrDefault();

    /// <summary>
    /// Its version: the one that was typed, else as its authors number it; null when neither says. Characters that a target cannot have become <c>-</c>.
    /// </summary>
    public static string? VersionOf(SourceFacts facts, LocalSource source) => (source.Version ?? facts.Version) is not { } text ? null
        : ExtensionVersion.IsVersion(text) ? text
        : string.Concat(text.Select(c => ExtensionVersion.IsVersion($"0{c}") ? c : '-')).TrimStart('-', '.', '_', '~', '+').TrimEnd('-') is { Length: > 0 } usable ? usable : null;

    // In a build there is no repository for git to describe, so make is told what the source says itself.
    private static IEnumerable<string> VersionArguments(SourceFacts facts, LocalSource source) =>
        (facts.Version ?? source.Version) is { } version ? facts.GitVersions.Select(name => $"{name}={version}") : [];

    /// <summary>The projects of the index that only its tests need.</summary>
    public static ImmutableArray<ProjectName> TestsRequire(SourceFacts facts, ImmutableArray<ProjectName> requires, MonogresIndex index) =>
        [.. facts.TestRequires.Select(name => ProviderOf(name, index)).OfType<ProjectName>().Distinct().Except(requires)];

    // A library that is only loaded is known by the name of its project.
    private static ProjectName? ProviderOf(string extension, MonogresIndex index) =>
        (index.Outlines.FirstOrDefault(project => project.SqlNames.Contains(extension, StringComparer.Ordinal)) ?? index.Outlines.FirstOrDefault(project => string.Equals(project.Name.Value, extension, StringComparison.Ordinal)))?.Name;

    /// <summary>The projects that provide the extensions which its control files require; and the extensions that no project provides.</summary>
    public static (ImmutableArray<ProjectName> Projects, ImmutableArray<string> Unknown) RequiresOf(SourceFacts facts, MonogresIndex index)
    {
        var (projects, unknown) = (ImmutableArray.CreateBuilder<ProjectName>(), ImmutableArray.CreateBuilder<string>());
        var own = facts.Extensions.Select(extension => extension.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var required in facts.Extensions.SelectMany(extension => extension.Requires).Where(name => !own.Contains(name) && name is not ProceduralLanguage).Distinct(StringComparer.Ordinal))
        {
            if (ProviderOf(required, index) is { } maker)
                projects.Add(maker);
            else
                unknown.Add(required);
        }

        return ([.. projects.Distinct()], unknown.ToImmutable());
    }
}
