using Monogres.Core;

namespace Monogres.Index;

/// <summary>What can be wrong with the index, or with what is asked of it.</summary>
public static partial class IndexErrors
{
    /// <summary>The index has problems; each is a detail.</summary>
    public static UserErrorException Faulty(IReadOnlyList<IndexProblem> problems) => new(
        problems.Count == 1 ? "the index has a problem, so it is not used" : $"the index has {problems.Count} problems, so it is not used",
        "`monogres index check` reports the same; docs/reference/index.md describes every field",
        [.. problems.Select(problem => problem.ToString())]);

    /// <summary>There is no index in that directory.</summary>
    public static UserErrorException NotThere(string directory) => new(
        $"there is no index in `{directory}`",
        "name the directory that holds index.json");

    /// <summary>The index has no such server; if an extension has that name or a similar one, the hint says so.</summary>
    public static UserErrorException UnknownProject(ProjectName name, MonogresIndex index)
    {
        var known = index.ServerNames.ToArray();
        var hint = index.FindOutline(name) is not null
            ? $"`{name}` is an extension: name the PostgreSQL too, `{name}/{index.DefaultServerName}`"
            : Near(name.Value, known) ?? NearExtensions(name, index) ?? $"the index has {Listed(known)}";
        return new UserErrorException($"no project `{name}` in the index", hint);
    }

    /// <summary>The project has no release of that version.</summary>
    public static UserErrorException UnknownVersion(Project project, PgVersion version)
    {
        var ofMajor = project.Releases.Where(release => release.Version.Major == version.Major).Select(release => release.Version).ToArray();
        var has = ofMajor.Length == 0
            ? $"it has the majors {Majors(project)}"
            : $"of {version.Major} it has {Spans(ofMajor)}";
        var near = ofMajor.Length == 0 ? null : Near(version.ToString(), ofMajor.Select(known => known.ToString()));
        return new UserErrorException($"no release `{version}` of `{project.Name}`", near ?? $"`{project.Name}@{(ofMajor.Length == 0 ? project.Releases[^1].Version.Major : version.Major)}` is the newest of a major", [has]);
    }

    /// <summary>The pattern matches no release of the index.</summary>
    public static UserErrorException NothingSelected(TargetPattern pattern, IReadOnlyList<Project> projects) => new(
        $"`{pattern}` selects no release",
        details: [.. projects.Select(project => $"`{project.Name}` has the majors {Majors(project)}")]);

    /// <summary>There is no such option set.</summary>
    public static UserErrorException UnknownOptionSet(OptionSetName name, IEnumerable<OptionSet> sets)
    {
        var known = sets.Select(set => set.Name.Value).ToArray();
        return new UserErrorException($"no option set `{name}` in the index", Near(name.Value, known) ?? $"the index has {Listed(known)}");
    }

    /// <summary>There is no such platform, or the text cannot be the name of one.</summary>
    public static UserErrorException UnknownPlatform(string name, MonogresIndex index)
    {
        var known = index.PlatformNames.ToArray();
        return new UserErrorException($"no platform `{name}` in the index", Near(name, known) ?? $"the index has {Listed(known)}");
    }

    /// <summary>The platform has no such toolchain.</summary>
    public static UserErrorException UnknownToolchain(string name, Platform platform) => new(
        $"no toolchain `{name}` on platform `{platform.Name}`",
        Near(name, platform.Toolchains.Keys) ?? $"it has {Listed(platform.Toolchains.Keys)}");

    private static string? Near(string name, IEnumerable<string> known)
    {
        var near = NearNames.Of(name, known);
        return near.Count == 0 ? null : $"did you mean {Either(near)}?";
    }

    private static string Either(IReadOnlyList<string> names) => Join(names, "or");

    private static string Listed(IEnumerable<string> names) => Join([.. names], "and");

    private static string Join(IReadOnlyList<string> names, string last) => names.Count switch
    {
        0 => "none",
        1 => $"`{names[0]}`",
        _ => $"{string.Join(", ", names.Take(names.Count - 1).Select(name => $"`{name}`"))} {last} `{names[^1]}`",
    };

    private static string Majors(Project project) => string.Join(", ", project.Releases.Select(release => release.Version.Major).Distinct());

    // 13.0 to 13.21, 13.23
    private static string Spans(PgVersion[] versions)
    {
        var spans = new List<string>();
        for (var i = 0; i < versions.Length; i++)
        {
            var first = versions[i];
            while (i + 1 < versions.Length && versions[i].Stage == versions[i + 1].Stage && versions[i + 1].Number == versions[i].Number + 1)
                i++;

            spans.Add(first == versions[i] ? $"{first}" : $"{first} to {versions[i]}");
        }

        return string.Join(", ", spans);
    }
}
