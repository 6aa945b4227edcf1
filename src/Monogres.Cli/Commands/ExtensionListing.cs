using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary>One extension as <c>monogres list</c> shows it: what it is, and which PostgreSQL each version claims to work with.</summary>
internal sealed class ExtensionListing(ExtensionProject extension, MonogresIndex index)
{
    // What `postgres@17` means, so that a `yes` under 17 is a target that can be asked for.
    private readonly PgVersion[] _newest =
    [
        .. index.Postgres.Releases.Select(release => release.Version).GroupBy(version => version.Major)
            .Select(major => major.Where(version => !version.IsPreRelease).DefaultIfEmpty(major.Last()).Last()),
    ];

    public string Text()
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
            facts.Add(["settings", Joined(extension.Settings.Select(setting => $"{setting.Key} = {setting.Value}"))]);
        if (!extension.Options.IsEmpty)
            facts.Add(["option", string.Join(" or ", extension.Options)]);

        string[] head = ["version", "released", .. _newest.Select(version => $"{version.Major}")];
        return $"{extension.Name}: {extension.Summary}\n\n{ListCommand.Table(facts)}\n{ListCommand.Table(Rows().Prepend(head))}";
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
            ["extensions"] = Texts(extension.SqlNames),
            ["requires"] = Texts(extension.Requires.Select(name => name.Value)),
            ["options"] = Texts(extension.Options),
            ["preload"] = Texts(extension.Preload),
            ["settings"] = new JsonObject(extension.Settings.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value))),
        };
        switch (extension.Origin)
        {
            case ExtensionOrigin.Server module:
                json["postgres"] = module.Postgres.ToString();
                json["majors"] = Majors(module.Postgres);
                break;
            case ExtensionOrigin.Source source:
                json["versions"] = new JsonArray([.. source.Releases.Reverse().Select(release => (JsonNode)new JsonObject
                {
                    ["version"] = release.Version,
                    ["released"] = release.SourceDate.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["postgres"] = release.Postgres.ToString(),
                    ["majors"] = Majors(release.Postgres),
                })]);
                break;
        }

        return json;
    }

    private IEnumerable<string[]> Rows() => extension.Origin switch
    {
        ExtensionOrigin.Server module => [["the server's", "-", .. Claims(module.Postgres)]],
        ExtensionOrigin.Source source => source.Releases.Reverse().Select(release => new[]
        {
            release.Version, release.SourceDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        }.Concat(Claims(release.Postgres)).ToArray()),
        _ => throw new InvalidOperationException(),
    };

    private IEnumerable<string> Claims(VersionRange range) => _newest.Select(version => range.Contains(version) ? "yes" : "-");

    private JsonArray Majors(VersionRange range) => [.. _newest.Where(range.Contains).Select(version => (JsonNode)version.Major)];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static string Joined(IEnumerable<string> texts) => string.Join(", ", texts) is { Length: > 0 } joined ? joined : "-";
}
