using Monogres.Core;
using Monogres.Index.Names;

namespace Monogres.Index.Projects;

/// <summary>What is asked of a server that it does not have.</summary>
internal static class ProjectErrors
{
    /// <summary>The project has no release of that version.</summary>
    public static UserErrorException UnknownVersion(Project project, PgVersion version)
    {
        var ofMajor = project.Releases.Where(release => release.Version.Major == version.Major).Select(release => release.Version).ToArray();
        var has = ofMajor.Length == 0
            ? $"it has the majors {Majors(project)}"
            : $"of {version.Major} it has {Spans(ofMajor)}";
        var near = ofMajor.Length == 0 ? null : NameText.Near(version.ToString(), ofMajor.Select(known => known.ToString()));
        return new UserErrorException($"no release `{version}` of `{project.Name}`", near ?? $"`{project.Name}@{(ofMajor.Length == 0 ? project.Releases[^1].Version.Major : version.Major)}` is the newest of a major", [has]);
    }

    /// <summary>The majors that a project has.</summary>
    public static string Majors(Project project) => string.Join(", ", project.Releases.Select(release => release.Version.Major).Distinct());

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
