using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Json;
using Monogres.Index.Projects;
using Monogres.Testing.Properties;

namespace Monogres.Index.Tests.Extensions;

/// <summary>Whatever an extension says in its file is what is read, and nothing of it is a problem.</summary>
public class WrittenExtensionTests
{
    private static readonly Gen<string> Name =
        from first in Gen.Elements("pg", "h3", "a")
        from last in Gen.Elements("", "_cron", "-ip", "4r", "_x-9")
        select first + last;

    private static readonly Gen<string> Text = Gen.Elements("one", "two words", "ünï\"cødé\\", "{brace", "$HOME", "a,b", "  ", "\n");

    private static readonly Gen<string?> MaybeText = Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text));

    private static readonly Gen<string> Range = Gen.Elements("*", ">=13", ">=13, <18", "15", "!=17.3", "<=17.5, >=14");

    private static readonly Gen<string> Version = Gen.Elements("1", "1.0", "1.10", "1.9", "2.0~rc1", "0.20190509", "v7-x_y", "10");

    private static readonly Gen<ExtensionRelease> Release =
        from version in Version
        from range in Range
        from tag in Gen.Elements(null, "v1", "REL_1")
        from commit in Gen.Elements(null, new string('a', 40))
        from days in Gen.Choose(0, 9000)
        from size in Gen.Elements<long?>(null, 1, 5_000_000_000)
        from prefix in Gen.Elements(null, "top", "a/b")
        from parts in Gen.Choose(0, 2)
        select new ExtensionRelease
        {
            Version = version,
            Postgres = VersionRange.Parse(range),
            Tag = tag,
            Commit = commit,
            SourceDate = DateTimeOffset.UnixEpoch.AddDays(days),
            Files = [File("pool", size, null, new Place.Pool("debian", RelativePath.Parse($"pool/x_{version}.tar.gz"))), File("web", size, prefix, new Place.Web(new Uri($"https://example.org/{version}.tar.gz")))],
            Parts = [.. Enumerable.Range(0, parts).Select(i => new SourcePart(RelativePath.Parse($"vendor/{i}"), File($"vendor/{i}", size, prefix, new Place.Web(new Uri($"https://example.org/part{i}")))))],
        };

    private static readonly Gen<ExtensionProject> Extension =
        from name in Name
        from license in Gen.Elements(null, "PostgreSQL", "MIT OR Apache-2.0+", "(GPL-2.0-or-later WITH Classpath-exception-2.0) AND LicenseRef-own.1")
        from summary in Text
        from category in Gen.Elements(Enum.GetValues<ExtensionCategory>())
        from releases in Release.NonEmptyListOf()
        from sqlNames in Gen.Elements("vector", "uuid-ossp", "a.b", "X").ListOf()
        from requires in Name.ListOf()
        from options in Gen.Elements("icu", "llvm").ListOf()
        from preload in Gen.Elements("pg_cron", "$libdir/x").ListOf()
        from value in Text
        from arguments in Text.ListOf()
        from skip in MaybeText
        from drift in Gen.Choose(0, 2)
        select new ExtensionProject
        {
            Name = ProjectName.Parse(name),
            Folder = $"extensions/{name}",
            License = license,
            Homepage = new Uri("https://example.org/"),
            Summary = summary,
            Category = category,
            Repositories = [new Uri("https://example.org/x.git")],
            Origin = new ExtensionOrigin.Source(
                [.. releases.DistinctBy(release => release.Version).OrderBy(release => release.Version, Comparer<string>.Create(ExtensionVersion.Compare))],
                new ExtensionBuild { Style = "pgxs", Arguments = [.. arguments], Environment = Map("A", value), BuildPackageSets = ["x"], RuntimePackageSets = [] }),
            Tests = skip is null
                ? new ExtensionTesting { Style = "pgxs", Directory = RelativePath.Parse("sub/directory"), Skipped = null, Before = [.. arguments], Arguments = [.. arguments], PackageSets = ["y"], Requires = [ProjectName.Parse("pgtap")], Settings = Settings("a.b", value), Drift = [.. Enumerable.Range(0, drift).Select(i => new KnownDrift($"{i}", VersionRange.Parse(">=13"), summary))] }
                : new ExtensionTesting { Style = "pgxs", Directory = RelativePath.Root, Skipped = skip, Arguments = [], PackageSets = [], Requires = [], Settings = Settings(), Drift = [] },
            SqlNames = [.. sqlNames.Distinct()],
            Requires = [.. requires.Distinct().Select(ProjectName.Parse)],
            Options = [.. options.Distinct()],
            Preload = [.. preload.Distinct()],
            Settings = Settings("wal_level", value).Add("of_some", new ServerSetting(value, [VersionRange.Parse(">=17.11, <18"), VersionRange.Parse(">=18.5")])),
        };

    [Fact]
    public void What_is_read_is_what_was_written() => Prop.ForAll(Extension.ToArbitrary(), extension =>
    {
        var text = Write(extension).ToJsonString();
        using var document = JsonDocument.Parse(text);
        var problems = new FileProblems("repo.json");
        var read = ExtensionReader.Read(new JsonField(document.RootElement, "", problems), extension.Folder, options: null, servers: []).Extension;
        Assert.Empty(problems.Found);
        return Write(read).ToJsonString() == text && read.Folder == extension.Folder;
    }).HoldsAlways(200);

    private static SourceFile File(string source, long? size, string? prefix, Place place) => new()
    {
        Source = source,
        Sha256 = Sha256Hash.Parse(new string('b', 64)),
        Size = size,
        StripPrefix = prefix is null ? null : RelativePath.Parse(prefix),
        Places = [place],
    };

    private static ImmutableSortedDictionary<string, string> Map(params string[] pair) =>
        ImmutableSortedDictionary.CreateRange<string, string>(StringComparer.Ordinal, pair.Length == 0 ? [] : [KeyValuePair.Create(pair[0], pair[1])]);

    private static ImmutableSortedDictionary<string, ServerSetting> Settings(params string[] pair) =>
        Map(pair).ToImmutableSortedDictionary(one => one.Key, one => new ServerSetting(one.Value, []), StringComparer.Ordinal);

    private static JsonObject Write(ExtensionProject extension)
    {
        var (releases, build) = (ExtensionOrigin.Source)extension.Origin;
        var tests = extension.Tests;
        var sources = new JsonObject(releases[0].Files.Select(file => KeyValuePair.Create(file.Source, (JsonNode?)WithPrefix(new JsonObject { ["summary"] = "x" }, file))));
        var versions = new JsonObject();
        foreach (var release in releases)
        {
            versions[release.Version] = Some(new JsonObject
            {
                ["tag"] = release.Tag,
                ["commit"] = release.Commit,
                ["released"] = release.SourceDate.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                ["postgres"] = release.Postgres.ToString(),
                ["files"] = new JsonObject(release.Files.Select(file => KeyValuePair.Create(file.Source, (JsonNode?)Write(file)))),
                ["parts"] = new JsonObject(release.Parts.Select(part => KeyValuePair.Create(part.To.Value, (JsonNode?)WithPrefix(Write(part.File), part.File)))),
            });
        }

        return Some(new JsonObject
        {
            ["version"] = 1,
            ["name"] = extension.Name.Value,
            ["kind"] = "extension",
            ["license"] = extension.License,
            ["homepage"] = extension.Homepage.AbsoluteUri,
            ["summary"] = extension.Summary,
            ["category"] = extension.Category.ToWord(),
            ["repositories"] = Array(extension.Repositories.Select(address => address.AbsoluteUri)),
            ["sources"] = sources,
            ["versions"] = versions,
            ["build"] = new JsonObject { ["style"] = build.Style, ["arguments"] = Array(build.Arguments), ["environment"] = Object(build.Environment), ["build_packages"] = Array(build.BuildPackageSets), ["runtime_packages"] = Array(build.RuntimePackageSets) },
            ["extensions"] = Array(extension.SqlNames),
            ["requires"] = Array(extension.Requires.Select(name => name.Value)),
            ["options"] = Array(extension.Options),
            ["preload"] = Array(extension.Preload),
            ["settings"] = Object(extension.Settings),
            ["tests"] = tests.Skipped is { } why ? new JsonObject { ["skip"] = why } : new JsonObject
            {
                ["directory"] = tests.Directory.Value,
                ["before"] = Array(tests.Before),
                ["arguments"] = Array(tests.Arguments),
                ["packages"] = Array(tests.PackageSets),
                ["requires"] = Array(tests.Requires.Select(name => name.Value)),
                ["settings"] = Object(tests.Settings),
                ["drift"] = new JsonArray([.. tests.Drift.Select(drift => (JsonNode)new JsonObject { ["test"] = drift.Test, ["postgres"] = drift.Postgres.ToString(), ["why"] = drift.Why })]),
            },
        });
    }

    private static JsonObject Write(SourceFile file) => Some(new JsonObject
    {
        ["sha256"] = file.Sha256.ToString(),
        ["size"] = file.Size,
        ["places"] = new JsonArray([.. file.Places.Select(place => place switch
        {
            Place.Web web => new JsonObject { ["url"] = web.Address.AbsoluteUri },
            Place.Pool pool => (JsonNode)new JsonObject { ["archive"] = pool.Archive, ["path"] = pool.Path.Value },
            _ => throw new InvalidOperationException(),
        })]),
    });

    private static JsonObject WithPrefix(JsonObject json, SourceFile file)
    {
        if (file.StripPrefix is { } prefix)
            json["strip_prefix"] = prefix.Value;
        return json;
    }

    // What is not known is not in the file.
    private static JsonObject Some(JsonObject json)
    {
        foreach (var name in json.Where(field => field.Value is null).Select(field => field.Key).ToArray())
            json.Remove(name);
        return json;
    }

    private static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Object(ImmutableSortedDictionary<string, ServerSetting> settings) => new(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value.Postgres.IsEmpty
        ? (JsonNode?)setting.Value.Value
        : new JsonObject { ["value"] = setting.Value.Value, ["postgres"] = Array(setting.Value.Postgres.Select(range => range.ToString())) })));

    private static JsonObject Object(IEnumerable<KeyValuePair<string, string>> map) => new(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
