using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Matrix;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;

namespace Monogres.Cli.Commands;

/// <summary>One extension as <c>monogres list</c> shows it: what it is, which PostgreSQL each version claims to work with, and how far that is tested.</summary>
/// <param name="extension">The extension.</param>
/// <param name="releases">Its releases that are shown, the oldest first; none of a module, whose version is its server's.</param>
/// <param name="index">Has the versions of PostgreSQL.</param>
/// <param name="results">What is known of a version and a major version of PostgreSQL.</param>
internal sealed class ExtensionListing(ExtensionProject extension, ImmutableArray<ExtensionRelease> releases, MonogresIndex index, IReadOnlyDictionary<(string Version, int Major), MatrixRow> results)
{
    // What `postgres@17` means, so that what stands under 17 is a target that can be asked for.
    private readonly PgVersion[] _newest =
    [
        .. index.DefaultServer.Releases.Select(release => release.Version).GroupBy(version => version.Major)
            .Select(major => major.Where(version => !version.IsPreRelease).DefaultIfEmpty(major.Last()).Last()),
    ];

    /// <summary>For people.</summary>
    /// <param name="title">What is listed: the extension, or one release of it.</param>
    public string Text(string title)
    {
        List<string[]> facts =
        [
            ["licence", extension.License ?? "not known"],
            ["home page", extension.Homepage.AbsoluteUri],
            ["category", extension.Category.ToWord()],
            ["creates", Joined(extension.SqlNames)],
            ["requires", Joined(extension.Requires.Select(name => name.Value))],
            ["preloads", Joined(extension.Preload)],
        ];
        if (!extension.Settings.IsEmpty)
            facts.Add(["settings", Joined(extension.Settings.Select(setting =>
                $"{setting.Key} = {setting.Value.Value}{(setting.Value.Postgres.IsEmpty ? "" : $" (for {string.Join(" or ", setting.Value.Postgres)})")}"))]);
        if (!extension.Options.IsEmpty)
            facts.Add(["option", string.Join(" or ", extension.Options)]);

        string[] head = ["version", "released", .. _newest.Select(version => $"{version.Major}")];
        var obstacles = Versions()
            .SelectMany(one => _newest.Select(version => (one.Version, Result: Result(one.Version, version.Major))))
            .Where(one => one.Result?.Reason is not null)
            .GroupBy(one => (one.Version, one.Result!.Reason))
            .Select(same => $"{(extension.Origin is ExtensionOrigin.Server ? "" : $"{same.Key.Version}, ")}PostgreSQL {string.Join(", ", same.Select(one => TargetName.Parse(one.Result!.Target).Version))}: {same.Key.Reason}\n")
            .ToArray();
        return $"{title}: {extension.Summary}\n\n{ListCommand.Table(facts)}\n{ListCommand.Table(Rows().Prepend(head))}"
            + (obstacles is [] ? "" : "\n" + string.Concat(obstacles));
    }

    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["name"] = extension.Name.Value,
            ["kind"] = extension.Origin is ExtensionOrigin.Server ? "module" : "extension",
            ["summary"] = extension.Summary,
            ["license"] = extension.License,
            ["homepage"] = extension.Homepage.AbsoluteUri,
            ["category"] = extension.Category.ToWord(),
            ["extensions"] = JsonText.Strings(extension.SqlNames),
            ["requires"] = JsonText.Strings(extension.Requires.Select(name => name.Value)),
            ["options"] = JsonText.Strings(extension.Options),
            ["preload"] = JsonText.Strings(extension.Preload),
            ["settings"] = new JsonObject(extension.Settings.Select(setting => KeyValuePair.Create(setting.Key, Setting(setting.Value)))),
        };
        switch (extension.Origin)
        {
            case ExtensionOrigin.Server module:
                json["postgres"] = module.Postgres.ToString();
                json["majors"] = Majors(module.Postgres);
                json["results"] = Results(null);
                break;
            case ExtensionOrigin.Source:
                json["versions"] = new JsonArray([.. releases.Reverse().Select(release => (JsonNode)new JsonObject
                {
                    ["version"] = release.Version,
                    ["released"] = release.SourceDate.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["postgres"] = release.Postgres.ToString(),
                    ["majors"] = Majors(release.Postgres),
                    ["tag"] = release.Tag,
                    ["commit"] = release.Commit,
                    ["files"] = ReleaseListing.FilesOf(release.Files),
                    ["parts"] = ReleaseListing.FilesOf(release.Parts.Select(part => part.File)),
                    ["results"] = Results(release.Version),
                })]);
                break;
        }

        return json;
    }

    /// <summary>Each version with the PostgreSQL that it claims to work with; a module has one, whose version is its server's.</summary>
    private IEnumerable<(string? Version, string Name, string Released, VersionRange Postgres)> Versions() => extension.Origin switch
    {
        ExtensionOrigin.Server module => [(null, "the server's", "-", module.Postgres)],
        ExtensionOrigin.Source => releases.Reverse().Select(release =>
            ((string?)release.Version, release.Version, release.SourceDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), release.Postgres)),
        _ => throw new InvalidOperationException(),
    };

    private IEnumerable<string[]> Rows() => Versions().Select(one => new[] { one.Name, one.Released }
        .Concat(_newest.Select(version => Word(Result(one.Version, version.Major), one.Postgres.Contains(version)))).ToArray());

    private MatrixRow? Result(string? version, int major) => version is null
        ? results.Where(result => result.Key.Major == major).Select(result => result.Value).MaxBy(row => (row.Level, TargetName.Parse(row.Target).Version))
        : results.GetValueOrDefault((version, major));

    private static string Word(MatrixRow? result, bool claimed) => result switch
    {
        null or { Status: MatrixStatus.NotRun } => claimed ? "claimed" : "-",
        { Status: MatrixStatus.Failed } => "fails",
        { Status: MatrixStatus.Differs } => "differs",
        { Level: { } level } => level.ToString().ToLowerInvariant(),
        _ => "built",
    };

    private JsonArray Results(string? version) =>
    [
        .. from postgres in _newest
           let row = Result(version, postgres.Major)
           where row is not null
           select (JsonNode)new JsonObject
           {
               ["major"] = postgres.Major,
               ["target"] = row.Target,
               ["platform"] = row.Platform,
               ["toolchain"] = row.Toolchain,
               ["level"] = Word(row, claimed: true),
               ["passed"] = row.Passed,
               ["tests"] = row.Tests,
               ["builds"] = row.Builds,
               ["payload"] = row.Payload?.ToString(),
               ["reason"] = row.Reason,
               ["date"] = row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
           },
    ];

    private JsonArray Majors(VersionRange range) => [.. _newest.Where(range.Contains).Select(version => (JsonNode)version.Major)];

    // As the index writes it.
    private static JsonNode? Setting(ServerSetting setting) => setting.Postgres.IsEmpty
        ? (JsonNode)setting.Value
        : new JsonObject { ["value"] = setting.Value, ["postgres"] = JsonText.Strings(setting.Postgres.Select(range => range.ToString())) };

    private static string Joined(IEnumerable<string> texts) => string.Join(", ", texts) is { Length: > 0 } joined ? joined : "-";
}
