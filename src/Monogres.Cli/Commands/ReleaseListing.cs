using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;

namespace Monogres.Cli.Commands;

/// <summary>One release of a server as <c>monogres list postgres@15.18</c> shows it; and what a listing of a release of an extension has in common with it.</summary>
/// <param name="project">The server.</param>
/// <param name="release">The release.</param>
/// <param name="sets">The option sets that it is asked about.</param>
/// <param name="index">Has the platforms and the extensions.</param>
internal sealed class ReleaseListing(Project project, Release release, ImmutableArray<OptionSet> sets, MonogresIndex index)
{
    // Both kinds are counted by what they claim, with whatever option set.
    private readonly string[] _extensions = [.. index.Outlines.Where(one => one.Versions.Any(claim => claim.Postgres.Contains(release.Postgres))).Select(one => one.Name.Value)];
    private readonly string[] _modules = [.. index.Outlines.Where(one => one.Module?.IsIn(project.Name, release.Postgres) is true).Select(one => one.Name.Value)];

    public string Text(BuiltHere built)
    {
        List<string[]> facts =
        [
            ["licence", project.License],
            ["home page", project.Homepage.AbsoluteUri],
            ["released", DateOf(release.Released) ?? "not known"],
            ["tag", release.Tag ?? "-"],
            ["commit", release.Commit ?? "-"],
            ["option sets", string.Join(", ", sets.Select(set => set.Name == index.OptionSets.Default ? $"{set.Name} (default)" : set.Name.Value))],
            ["platforms", string.Join(", ", index.Platforms.Select(platform => platform.Name))],
            ["extensions", $"{_extensions.Length} support it, besides its own {_modules.Length} modules: `monogres plan '*/{project.Name}@{release.Version}'`"],
        ];
        if (release.Postgres != release.Version)
            facts.Insert(2, ["based on", $"PostgreSQL {release.Postgres}"]);
        facts.InsertRange(0, release.Warnings.Select(why => new[] { "warning", why }));
        return $"{project.Name}@{release.Version}: {project.Summary}\n\n{ListCommand.Table(facts)}\n{Sources(release.Files, [])}{Authorities()}\n{built.Text()}";
    }

    public JsonObject Json(BuiltHere built)
    {
        var json = Json(release);
        json.Insert(0, "name", project.Name.Value);
        json.Insert(1, "kind", "server");
        json.Insert(2, "summary", project.Summary);
        json.Insert(3, "license", project.License);
        json.Insert(4, "homepage", project.Homepage.AbsoluteUri);
        json["postgres"] = release.Postgres.ToString();
        json["optionSets"] = JsonText.Strings(sets.Select(set => set.Name.Value));
        json["platforms"] = JsonText.Strings(index.Platforms.Select(platform => platform.Name.ToString()));
        json["extensions"] = JsonText.Strings(_extensions);
        json["modules"] = JsonText.Strings(_modules);
        json["built"] = built.Json();
        return json;
    }

    /// <summary>What the index says of a release of a server.</summary>
    public static JsonObject Json(Release release) => new()
    {
        ["version"] = release.Version.ToString(),
        ["tag"] = release.Tag,
        ["commit"] = release.Commit,
        ["released"] = release.Released?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["warnings"] = JsonText.Strings(release.Warnings),
        ["files"] = FilesOf(release.Files),
    };

    /// <summary>Files of a source, with every place that has exactly these bytes.</summary>
    public static JsonArray FilesOf(IEnumerable<SourceFile> files) =>
    [
        .. files.Select(file => (JsonNode)new JsonObject
        {
            ["source"] = file.Source,
            ["sha256"] = file.Sha256.ToString(),
            ["size"] = file.Size,
            ["tarSha256"] = file.TarSha256?.ToString(),
            ["authorities"] = JsonText.Strings(file.Authorities),
            ["places"] = JsonText.Strings(file.Places.Select(Words)),
        }),
    ];

    /// <summary>Files of a source for people: those that each hold all of it, then what is unpacked into it.</summary>
    public static string Sources(ImmutableArray<SourceFile> files, ImmutableArray<SourcePart> parts)
    {
        var text = new StringBuilder(files.Length > 1 ? "sources, any of which is enough:\n" : "source:\n");
        foreach (var file in files)
            Write(file.Source, file);
        if (!parts.IsEmpty)
            text.Append("unpacked into it:\n");
        foreach (var part in parts)
            Write($"{part.To}/", part.File);
        return text.ToString();

        void Write(string name, SourceFile file)
        {
            text.Append($"  {name}: sha256 {file.Sha256}{(file.Size is { } size ? $", {Units.Bytes(size)}" : "")}\n");
            foreach (var place in file.Places)
                text.Append($"    {Words(place)}\n");
            if (!file.Authorities.IsEmpty)
                text.Append($"    vouched for by {string.Join(", ", file.Authorities)}{(file.Authorities.Length == 1 ? " alone" : "")}\n");
        }
    }

    // Those that the files name.
    private string Authorities()
    {
        var named = project.Authorities.Where(authority => release.Files.Any(file => file.Authorities.Contains(authority.Name, StringComparer.Ordinal))).ToArray();
        return named.Length == 0 ? "" : $"\nwho vouches:\n{string.Concat(named.Select(authority => $"  {authority.Name}: {authority.Summary}{(authority.Homepage is { } page ? $" ({page})" : "")}\n"))}";
    }

    private static string? DateOf(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Words(Place place) => place switch
    {
        Place.Web web => web.Address.ToString(),
        Place.Pool pool => $"{pool.Archive}:{pool.Path}",
        _ => throw new InvalidOperationException($"no words for {place.GetType().Name}"),
    };
}
