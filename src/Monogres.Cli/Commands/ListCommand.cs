using System.Collections.Immutable;
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

/// <summary><c>monogres list [PROJECT[@VERSION]]</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("list", "List the projects and extensions of the index, or the releases of one and how far each is tested, or what one release is", JsonOutput.Document,
            "monogres list",
            "monogres list pgvector",
            "monogres list postgres@15.18");
        var project = new Argument<string?>("PROJECT") { Description = "A project or extension, such as postgres or pgcrypto; or a release of it, postgres@15.18 or pgvector@0.8.0", Arity = ArgumentArity.ZeroOrOne };
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
                (true, _) => Options(index, settings.Json),
                (_, null) => Projects(index, settings.Json),
                (_, var words) => await OneAsync(words, index, await ResultsAsync(parsed.GetValue(results), settings, cancel), settings, global.Console, cancel),
            };
            await global.Console.Out.WriteAsync(text);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Task<string> OneAsync(string words, MonogresIndex index, MatrixTable results, Settings settings, Streams console, CancellationToken cancel) =>
        words.Contains('/', StringComparison.Ordinal) ? throw new UserErrorException($"`{words}` is a target, not a project or a release", $"see `monogres list {words.Split('/')[0]}`, or `monogres explain {words}`")
        : !ProjectName.TryParse(words.Split('@')[0], out var name) ? throw new UserErrorException($"`{words}` cannot be the name of a project", "see `monogres list`")
        : words.Contains('@', StringComparison.Ordinal) ? ReleaseAsync(words, name, index, results, settings, console, cancel)
        : Task.FromResult(One(name, index, results, settings.Json));

    private static Task<MatrixTable> ResultsAsync(string? named, Settings settings, CancellationToken cancel)
    {
        if (named is not null && !Directory.Exists(named))
            throw new UserErrorException($"there is no directory `{named}`", "`--results` takes the directory that `monogres matrix` wrote");

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
            return Releases(index.Project(name), index.Project(name).Releases, json);

        var listing = new ExtensionListing(extension, (extension.Origin as ExtensionOrigin.Source)?.Releases ?? [], index, results.ResultsOf(name));
        return json ? listing.Json().ToJsonString(JsonText.Indented) + "\n" : listing.Text(extension.Name.Value);
    }

    private static string Releases(Project project, IEnumerable<Release> releases, bool json) => json
        ? Json(releases.Reverse().Select(release => (JsonNode)ReleaseListing.Json(release)))
        : Table(releases.Reverse().Select(release => new[]
        {
            $"{project.Name}@{release.Version}",
            release.Released?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
            string.Join(", ", release.Files.Select(file => file.Source)),
            string.Join("; ", release.Warnings.Select(why => $"warning: {why}")),
        }));

    /// <summary>What a release is that the words name, or those that they mean: <c>postgres@15.18</c>, <c>postgres@15..18</c>, <c>pgvector@0.8.0</c>.</summary>
    private static async Task<string> ReleaseAsync(string words, ProjectName name, MonogresIndex index, MatrixTable results, Settings settings, Streams console, CancellationToken cancel)
    {
        if (index.FindExtension(name) is { } extension)
            return await VersionAsync(extension, words[(name.Value.Length + 1)..], index, results, settings, console, cancel);

        var project = index.Project(name);
        var pattern = TargetPattern.Parse(words);
        ImmutableArray<Release> releases = [.. index.Select(pattern).Select(target => project.Release(target.Version))];
        if (releases is not [var release])
            return Releases(project, releases, settings.Json);

        ImmutableArray<OptionSet> sets = pattern.OptionSet is { } only ? [index.OptionSets[only]] : index.OptionSets.Sets;
        var built = await BuiltHere.FindAsync([.. sets.Select(set => new TargetName(name, release.Version) { OptionSet = set.Name })], settings, index, console, cancel);
        var listing = new ReleaseListing(project, release, sets, index);
        return settings.Json ? listing.Json(built).ToJsonString(JsonText.Indented) + "\n" : listing.Text(built);
    }

    private static async Task<string> VersionAsync(ExtensionProject extension, string version, MonogresIndex index, MatrixTable results, Settings settings, Streams console, CancellationToken cancel)
    {
        if (extension.Origin is not ExtensionOrigin.Source source)
            throw new UserErrorException($"`{extension.Name}` is a module of PostgreSQL, and has the version of its server", $"see `monogres list {extension.Name}`");

        var release = source.Releases.FirstOrDefault(one => string.Equals(one.Version, version, StringComparison.Ordinal)) ?? throw IndexErrors.UnknownExtensionVersion(extension, source, version);
        var built = await BuiltHere.FindAsync(
            [
                .. from set in index.OptionSets.Sets
                   from server in index.Projects
                   from one in server.Releases
                   where release.Postgres.Contains(one.Postgres)
                   select new TargetName(server.Name, one.Version) { OptionSet = set.Name, Extension = new ExtensionVersion(extension.Name, version) },
            ], settings, index, console, cancel);
        var listing = new ExtensionListing(extension, [release], index, results.ResultsOf(extension.Name));
        if (!settings.Json)
            return $"{listing.Text($"{extension.Name}@{version}")}\n{ReleaseListing.Sources(release.Files, release.Parts)}\n{built.Text()}";

        var json = listing.Json();
        json["built"] = built.Json();
        return json.ToJsonString(JsonText.Indented) + "\n";
    }

    private static string Options(MonogresIndex index, bool json)
    {
        var sets = index.OptionSets.Sets;
        if (json)
        {
            return new JsonObject
            {
                ["version"] = 1,
                ["default"] = index.OptionSets.Default.Value,
                ["sets"] = JsonText.Strings(sets.Select(set => set.Name.Value)),
                ["options"] = new JsonArray([.. index.OptionSets.Options.Select(option => (JsonNode)new JsonObject
                {
                    ["name"] = option.Name,
                    ["postgres"] = option.Postgres.ToString(),
                    ["sets"] = JsonText.Strings(sets.Where(set => set.On.Contains(option)).Select(set => set.Name.Value)),
                })]),
                ["lacks"] = new JsonArray([.. index.Platforms.SelectMany(platform => platform.Lacks.Select(lack => (JsonNode)new JsonObject
                {
                    ["platform"] = platform.Name.ToString(),
                    ["option"] = lack.Option,
                    ["postgres"] = JsonText.Strings(lack.Postgres.Select(range => range.ToString())),
                    ["why"] = lack.Why,
                }))]),
            }.ToJsonString(JsonText.Indented) + "\n";
        }

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
