using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Names;
using Monogres.Index.Projects;

namespace Monogres.Index;

/// <summary>What can be wrong with the index, or with what is asked of it.</summary>
public static partial class IndexErrors
{
    /// <summary>The index has problems; each is a detail.</summary>
    public static UserErrorException InvalidIndex(IReadOnlyList<IndexProblem> problems) => new(
        problems.Count == 1 ? "the index has a problem, so it is not used" : $"the index has {problems.Count} problems, so it is not used",
        "`monogres index check` reports the same; docs/reference/index.md describes every field",
        [.. problems.Select(problem => problem.ToString())]);

    /// <summary>There is no index in that directory.</summary>
    public static UserErrorException NoIndexAt(string directory) => new(
        $"there is no index in `{directory}`",
        "name the directory that holds index.json");

    /// <summary>The index has no such server; if an extension has that name or a similar one, the hint says so.</summary>
    public static UserErrorException UnknownProject(ProjectName name, MonogresIndex index)
    {
        var known = index.ServerNames.ToArray();
        var hint = index.FindOutline(name) is not null
            ? $"`{name}` is an extension: add the PostgreSQL to build it against, `{name}/{index.DefaultServerName}`"
            : NameText.Near(name.Value, known) ?? NearExtensions(name, index) ?? $"the index has {NameText.Listed(known)}";
        return new UserErrorException($"no project `{name}` in the index", hint);
    }

    /// <summary>The pattern matches no release of the index.</summary>
    public static UserErrorException NothingSelected(TargetPattern pattern, IReadOnlyList<Project> projects) => new(
        $"`{pattern}` selects no release",
        details: [.. projects.Select(project => $"`{project.Name}` has the majors {ProjectErrors.Majors(project)}")]);

    /// <summary>There is no such platform, or the text cannot be the name of one.</summary>
    public static UserErrorException UnknownPlatform(string name, MonogresIndex index)
    {
        var known = index.PlatformNames.ToArray();
        return new UserErrorException($"no platform `{name}` in the index", NameText.Near(name, known) ?? $"the index has {NameText.Listed(known)}");
    }
}
