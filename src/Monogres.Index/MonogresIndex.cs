using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Extensions;
using Monogres.Index.Image;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index;

/// <summary>
/// All that the index says: servers and extensions with their releases, options, styles and platforms. Immutable, and checked
/// as a whole; each record is read from the checked form when it is first asked for.
/// </summary>
public sealed class MonogresIndex
{
    private readonly IndexImage _image;

    internal MonogresIndex(IndexImage image) => _image = image;

    /// <summary>
    /// The digest of every file of the index by path and content: of the lines that <c>sha256sum</c> prints for them, in the
    /// order of their paths.
    /// </summary>
    public Digest Digest => _image.Digest;

    /// <summary>The servers, by name: PostgreSQL, and those that are based on it.</summary>
    public ImmutableArray<Project> Projects => _image.Servers.All;

    /// <summary>The server that is meant when none is named.</summary>
    public Project DefaultServer => Project(DefaultServerName);

    /// <summary>The name of the server that is meant when none is named.</summary>
    public ProjectName DefaultServerName => _image.DefaultServer;

    /// <summary>The extensions, by name: those with sources of their own, and the modules of the servers. Reads them all: see <see cref="Outlines"/>.</summary>
    public ImmutableArray<ExtensionProject> Extensions => _image.Extensions.All;

    /// <summary>The extensions, by name, with what is asked of many of them at once.</summary>
    public ImmutableArray<ExtensionOutline> Outlines => _image.Outlines.All;

    /// <summary>The options of PostgreSQL and their sets.</summary>
    public OptionSets OptionSets => _image.OptionSets;

    /// <summary>The styles that build servers, by name.</summary>
    public ImmutableArray<BuildStyle> Styles => _image.Styles.All;

    /// <summary>The styles that build extensions, by name.</summary>
    public ImmutableArray<ExtensionStyle> ExtensionStyles => _image.ExtensionStyles.All;

    /// <summary>The platforms, by name.</summary>
    public ImmutableArray<Platform> Platforms => _image.Platforms.All;

    /// <summary>What may not be redistributed.</summary>
    public RedistributionRules Redistribution => _image.Redistribution;

    internal IEnumerable<string> ServerNames => _image.Servers.Names;

    internal IEnumerable<string> PlatformNames => _image.Platforms.Names;

    internal IndexImage Image => _image;

    /// <summary>The project of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public Project Project(ProjectName name) =>
        _image.Servers.Find(name.Value) ?? throw IndexErrors.UnknownProject(name, this);

    /// <summary>The extension of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names of projects and of the extensions that they create.</exception>
    public ExtensionProject Extension(ProjectName name) =>
        FindExtension(name) ?? throw IndexErrors.UnknownExtension(name, this);

    /// <summary>The extension of that name, or null.</summary>
    public ExtensionProject? FindExtension(ProjectName name) => _image.Extensions.Find(name.Value);

    /// <summary>The outline of the extension of that name, or null.</summary>
    public ExtensionOutline? FindOutline(ProjectName name) => _image.Outlines.Find(name.Value);

    /// <summary>The platform of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public Platform Platform(PlatformName name) =>
        _image.Platforms.Find(name.ToString()) ?? throw IndexErrors.UnknownPlatform(name.ToString(), this);

    /// <summary>The style that builds a project; reading the index has made sure that there is one.</summary>
    public BuildStyle StyleOf(Project project) =>
        _image.Styles.Find(project.Style)!;

    /// <summary>The style that builds an extension with a source of its own, and tests every extension; reading the index has made sure that there is one.</summary>
    public ExtensionStyle StyleOf(ExtensionProject extension) =>
        _image.ExtensionStyles.Find(extension.Tests.Style)!;

    /// <summary>
    /// The targets that a pattern asks for, by project and version, each with its option set: that of the pattern, else
    /// <paramref name="optionSet"/>, else the default one. A beta or release candidate is chosen when it is named, or when
    /// its major has no release yet; and without any version, when the project has none at all. Extensions are chosen for
    /// each of these servers: in the version that is named, else in the newest that claims to work with it; a module has the
    /// version of its server. Servers for which there is none are omitted. What is selected comes one by one, and reading it
    /// again is selecting it again; what is wrong is said at once.
    /// </summary>
    /// <exception cref="UserErrorException">The index lacks the project, a version, the option set or the extension; or nothing is selected.</exception>
    public IEnumerable<TargetName> Select(TargetPattern pattern, OptionSetName? optionSet = null)
    {
        var set = OptionSets[pattern.OptionSet ?? optionSet ?? OptionSets.Default];
        ImmutableArray<Project> projects = pattern.Server is { } server ? [Project(server)] : Projects;
        ImmutableArray<ChosenServer> servers =
            [.. projects.SelectMany(project => Choose(project, pattern.Versions).Select(release => new ChosenServer(new TargetName(project.Name, release.Version) { OptionSet = set.Name }, release.Postgres)))];
        if (servers.IsEmpty)
            throw IndexErrors.NothingSelected(pattern, projects);

        return pattern.Extension is { } extension ? new ExtensionSelection(this, set).Select(extension, servers) : servers.Select(chosen => chosen.Target);
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
