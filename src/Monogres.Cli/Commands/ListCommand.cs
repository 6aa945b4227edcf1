using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Projects;
using Monogres.Index;
using Monogres.Matrix;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres list [PROJECT]</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("list", "List the projects and extensions of the index, or the releases of one, and how far each is tested",
            "monogres list",
            "monogres list pgcrypto",
            "monogres list --options");
        var project = new Argument<string?>("PROJECT") { Description = "A project or extension, such as postgres or pgcrypto", Arity = ArgumentArity.ZeroOrOne };
        var optionSets = new Option<bool>("--options") { Description = "List the option sets instead: which options each has, for which versions, and what platforms lack" };
        var results = new Option<string?>("--results")
        {
            Description = "A directory with a table of `monogres matrix`, which says how far versions are tested (default: `matrix` if there is one, else the table beside the index)",
            HelpName = "DIR",
        };
        command.Arguments.Add(project);
        command.Options.Add(optionSets);
        command.Options.Add(results);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var text = (parsed.GetValue(optionSets), parsed.GetValue(project)) switch
            {
                (true, _) => Options(index),
                (_, null) => Projects(index, settings.Json),
                (_, var name) => One(ProjectOf(name), index, await ResultsAsync(parsed.GetValue(results), settings, cancel), settings.Json),
            };
            await global.Console.Out.WriteAsync(text);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static ProjectName ProjectOf(string text) => ProjectName.TryParse(text, out var name)
        ? name
        : throw new UserErrorException($"`{text}` cannot be the name of a project", "see `monogres list`");

    private static Task<MatrixTable> ResultsAsync(string? named, Settings settings, CancellationToken cancel)
    {
        if (named is not null && !Directory.Exists(named))
            throw new UserErrorException($"there is no directory `{named}`", "`--results` takes the directory that `monogres matrix --output DIR` wrote");

        var directory = named ?? (Directory.Exists("matrix") ? "matrix" : Path.Combine(settings.IndexDirectory, "..", "docs", "reference"));
        return new MatrixFiles(Path.GetFullPath(directory)).ReadAsync(cancel);
    }

    private static string Projects(MonogresIndex index, bool json) => json
        ? Json([
            .. index.Projects.Select(project => (JsonNode)new JsonObject
            {
                ["name"] = project.Name.ToString(),
                ["kind"] = "server",
                ["summary"] = project.Summary,
                ["license"] = project.License,
                ["releases"] = project.Releases.Length,
            }),
            .. index.Extensions.Select(extension => (JsonNode)new JsonObject
            {
                ["name"] = extension.Name.ToString(),
                ["kind"] = extension.Origin is ExtensionOrigin.Server ? "module" : "extension",
                ["summary"] = extension.Summary,
                ["license"] = extension.License,
                ["releases"] = (extension.Origin as ExtensionOrigin.Source)?.Releases.Length,
            }),
        ])
        : Table([
            .. index.Projects.Select(project => new[] { project.Name.ToString(), Count(project.Releases.Length), project.Summary }),
            .. index.Extensions.Select(extension => new[]
            {
                extension.Name.ToString(),
                extension.Origin is ExtensionOrigin.Source source ? Count(source.Releases.Length) : "module",
                extension.Summary,
            }),
        ]);

    private static string Count(int releases) => releases == 1 ? "1 release" : $"{releases} releases";

    private static string One(ProjectName name, MonogresIndex index, MatrixTable results, bool json)
    {
        if (index.FindExtension(name) is not { } extension)
            return Releases(index.Project(name), json);

        var listing = new ExtensionListing(extension, index, results.ResultsOf(name));
        return json ? listing.Json().ToJsonString(JsonText.Indented) + "\n" : listing.Text();
    }

    private static string Releases(Project project, bool json) => json
        ? Json(project.Releases.Reverse().Select(release => (JsonNode)new JsonObject
        {
            ["version"] = release.Version.ToString(),
            ["tag"] = release.Tag,
            ["commit"] = release.Commit,
            ["released"] = release.Released?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["files"] = new JsonArray([.. release.Files.Select(file => (JsonNode)new JsonObject
            {
                ["source"] = file.Source,
                ["sha256"] = file.Sha256.ToString(),
                ["size"] = file.Size,
                ["places"] = new JsonArray([.. file.Places.Select(place => (JsonNode)PlaceText(place))]),
            })]),
        }))
        : Table(project.Releases.Reverse().Select(release => new[]
        {
            $"{project.Name}@{release.Version}",
            release.Released?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
            string.Join(", ", release.Files.Select(file => file.Source)),
        }));

    private static string PlaceText(Place place) => place switch
    {
        Place.Web web => web.Address.ToString(),
        Place.Pool pool => $"{pool.Archive}:{pool.Path}",
        _ => throw new InvalidOperationException($"no words for {place.GetType().Name}"),
    };

    private static string Options(MonogresIndex index)
    {
        var sets = index.OptionSets.Sets;
        string[] head = ["option", "postgres", .. sets.Select(set => set.Name.ToString())];
        var rows = index.OptionSets.Options.Select(option => new[] { option.Name, option.Postgres.ToString() }
            .Concat(sets.Select(set => set.On.Contains(option) ? "yes" : "-")).ToArray());
        var lacks = index.Platforms.SelectMany(platform => platform.Lacks.Select(lack =>
            $"{platform.Name} lacks {lack.Option} for {string.Join(" or ", lack.Postgres)}: {lack.Why}\n")).ToArray();
        return Table(rows.Prepend(head)) + (lacks is [] ? "" : "\n" + string.Concat(lacks));
    }

    private static string Json(IEnumerable<JsonNode> items) => new JsonArray([.. items]).ToJsonString(JsonText.Indented) + "\n";

    /// <summary>Columns as wide as their widest cell, two spaces between.</summary>
    internal static string Table(IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
            return "";

        var widths = Enumerable.Range(0, all[0].Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        return string.Concat(all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }
}
