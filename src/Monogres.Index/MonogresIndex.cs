using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;

namespace Monogres.Index;

/// <summary>All that the index says: servers and extensions with their releases, options, styles and platforms. Immutable, and checked as a whole.</summary>
public sealed class MonogresIndex
{
    private readonly Dictionary<ProjectName, ExtensionProject> _extensions = [];

    /// <summary>The PostgreSQL projects, by name.</summary>
    public required ImmutableArray<Project> Projects { get; init; }

    /// <summary>The extensions, by name: those with sources of their own, and the modules of the servers.</summary>
    public required ImmutableArray<ExtensionProject> Extensions
    {
        get;
        init
        {
            field = value;
            _extensions = value.ToDictionary(extension => extension.Name);
        }
    }

    /// <summary>The options of PostgreSQL and their sets.</summary>
    public required OptionSets OptionSets { get; init; }

    /// <summary>The styles that build servers, by name.</summary>
    public required ImmutableArray<BuildStyle> Styles { get; init; }

    /// <summary>The styles that build extensions, by name.</summary>
    public required ImmutableArray<ExtensionStyle> ExtensionStyles { get; init; }

    /// <summary>The platforms, by name.</summary>
    public required ImmutableArray<Platform> Platforms { get; init; }

    /// <summary>PostgreSQL itself.</summary>
    public Project Postgres => Project(ProjectName.Parse("postgres"));

    /// <summary>The project of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public Project Project(ProjectName name) =>
        Projects.FirstOrDefault(project => project.Name == name) ?? throw IndexErrors.UnknownProject(name, this);

    /// <summary>The extension of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names of projects and of the extensions that they create.</exception>
    public ExtensionProject Extension(ProjectName name) =>
        FindExtension(name) ?? throw IndexErrors.UnknownExtension(name, this);

    /// <summary>The extension of that name, or null.</summary>
    public ExtensionProject? FindExtension(ProjectName name) => _extensions.GetValueOrDefault(name);

    /// <summary>The platform of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public Platform Platform(PlatformName name) =>
        Platforms.FirstOrDefault(platform => platform.Name == name) ?? throw IndexErrors.UnknownPlatform(name.ToString(), this);

    /// <summary>The style that builds a project; reading the index has made sure that there is one.</summary>
    public BuildStyle StyleOf(Project project) =>
        Styles.First(style => string.Equals(style.Name, project.Style, StringComparison.Ordinal));

    /// <summary>The style that builds an extension with a source of its own, and tests every extension; reading the index has made sure that there is one.</summary>
    public ExtensionStyle StyleOf(ExtensionProject extension) =>
        ExtensionStyles.First(style => string.Equals(style.Name, extension.Tests.Style, StringComparison.Ordinal));

    /// <summary>
    /// The targets that a pattern asks for, by project and version, each with its option set: that of the pattern, else
    /// <paramref name="optionSet"/>, else the default one. A beta or release candidate is chosen when it is named, or when
    /// its major has no release yet; and without any version, when the project has none at all. Extensions are chosen for
    /// each of these servers: in the version that is named, else in the newest that claims to work with it; a module has the
    /// version of its server. Servers for which there is none are omitted.
    /// </summary>
    /// <exception cref="UserErrorException">The index lacks the project, a version, the option set or the extension; or nothing is selected.</exception>
    public ImmutableArray<TargetName> Select(TargetPattern pattern, OptionSetName? optionSet = null)
    {
        var set = OptionSets[pattern.OptionSet ?? optionSet ?? OptionSets.Default];
        ImmutableArray<Project> projects = pattern.Server is { } server ? [Project(server)] : Projects;
        ImmutableArray<TargetName> targets =
            [.. projects.SelectMany(project => Choose(project, pattern.Versions).Select(release => new TargetName(project.Name, release.Version) { OptionSet = set.Name }))];
        if (targets.IsEmpty)
            throw IndexErrors.NothingSelected(pattern, projects);

        return pattern.Extension is { } extension ? new ExtensionSelection(this, set).Select(extension, targets) : targets;
    }

    private static IEnumerable<Release> Choose(Project project, VersionChoice choice) => choice switch
    {
        VersionChoice.Exactly(var version) => [project.Release(version)],
        VersionChoice.Newest => Newest(project.Releases.Where(release => !release.Version.IsPreRelease).DefaultIfEmpty(project.Releases[^1])),
        VersionChoice.NewestOf(var major) => Newest(Offered(project).Where(release => release.Version.Major == major)),
        VersionChoice.Majors(var first, var last) => Offered(project).Where(release => release.Version.Major >= first && release.Version.Major <= last),
        VersionChoice.Between(var first, var last) => project.Releases.Where(release => release.Version >= first && release.Version <= last
            && (!release.Version.IsPreRelease || release.Version == first || release.Version == last || !HasStable(project, release.Version.Major))),
        VersionChoice.Every => Offered(project),
        _ => throw new InvalidOperationException(),
    };

    private static IEnumerable<Release> Newest(IEnumerable<Release> releases) => releases.TakeLast(1);

    // What may be chosen without being named.
    internal static IEnumerable<Release> Offered(Project project) =>
        project.Releases.Where(release => !release.Version.IsPreRelease || !HasStable(project, release.Version.Major));

    private static bool HasStable(Project project, int major) =>
        project.Releases.Any(release => release.Version.Major == major && !release.Version.IsPreRelease);
}
