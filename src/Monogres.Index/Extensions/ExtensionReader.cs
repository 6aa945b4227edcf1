using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Licenses;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;

namespace Monogres.Index.Extensions;

/// <summary>Reads <c>extensions/*/repo.json</c>.</summary>
internal static class ExtensionReader
{
    public static readonly ObjectShape FileShape = new("extension",
        ["version", "name", "kind", "homepage", "summary", "category", "sources", "versions", "build", "extensions"],
        ["$schema", "license", "cpe", "repositories", "postgres", "servers", "requires", "options", "preload", "settings", "tests"]);

    public static readonly ObjectShape SourceShape = new("source", ["summary"], ["strip_prefix", "places"]);
    public static readonly ObjectShape ReleaseShape = new("release", ["released", "files"], ["tag", "commit", "postgres", "parts", "crates"]);
    public static readonly ObjectShape BuildShape = new("build", ["style"], ["arguments", "environment", "build_packages", "runtime_packages"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes =
        [FileShape, SourceShape, SourceReader.WebPlaceShape, SourceReader.PoolPlaceShape, ReleaseShape, SourceReader.FileShape, SourcePart.Shape, BuildShape, ExtensionFields.SettingShape, ExtensionFields.TestsShape, ExtensionFields.DriftShape];

    private static readonly string[] Placeholders = ["version", "tag", "commit"];

    /// <summary>The extension, and the fields that other files of the index decide about.</summary>
    /// <param name="root">The file.</param>
    /// <param name="folder">The folder that it is in, <c>extensions/pgvector</c>.</param>
    /// <param name="options">The names of PostgreSQL's options; null when they could not be read.</param>
    /// <param name="servers">The names of the servers.</param>
    public static ExtensionReading Read(JsonField root, string folder, IReadOnlyList<string>? options, IReadOnlyList<string> servers)
    {
        var repo = root.Object(FileShape);
        repo["version"]?.FormatVersion();
        repo["$schema"]?.Text();
        var name = ProjectReader.ReadName(repo, folder);
        ProjectReader.ReadKind(repo, "extension");
        var mentions = new List<PackageSetReference>();
        var releases = ReadReleases(repo);
        var build = ReadBuild(repo["build"], mentions, out var style);
        var tests = ExtensionFields.ReadTests(repo["tests"], build.Style, RelativePath.Root, mentions, out var testRequires);
        var requires = ProjectMention.Read(repo["requires"]);
        var extension = new ExtensionProject
        {
            Name = name,
            Folder = folder,
            License = repo["license"] is { } license ? LicensesReader.Expression(license) : null,
            Homepage = repo["homepage"] is { } homepage ? WebAddress.Read(homepage) : WebAddress.Nowhere,
            Cpe = ProjectReader.ReadCpe(repo),
            Summary = repo.Text("summary"),
            Category = ExtensionFields.ReadCategory(repo),
            Repositories = repo.List("repositories", WebAddress.Read),
            Servers = repo.List("servers", server => ReadServer(server, servers), mayBeEmpty: false),
            Origin = new ExtensionOrigin.Source(releases, build),
            SqlNames = repo["extensions"] is { } names ? ExtensionFields.ReadSqlNames(names) : [],
            Requires = [.. requires.Select(mention => mention.Name)],
            Options = ExtensionFields.ReadOptions(repo["options"], options),
            Preload = ExtensionFields.ReadLibraries(repo["preload"]),
            Settings = ExtensionFields.ReadSettings(repo),
            Tests = tests,
        };
        return new ExtensionReading(extension, repo["name"], style, mentions, requires, testRequires);
    }

    private static ProjectName ReadServer(JsonField field, IReadOnlyList<string> servers)
    {
        var text = field.Text();
        if (text.Length > 0 && !servers.Contains(text, StringComparer.Ordinal))
            field.Problem($"names the unknown server `{text}`", JsonField.Suggest(text, servers));
        return ProjectName.TryParse(text, out var name) ? name : default;
    }

    private static ImmutableArray<ExtensionRelease> ReadReleases(JsonShaped repo)
    {
        var sources = new SourceReader(repo["sources"], SourceShape, Placeholders);
        var postgres = repo["postgres"]?.Range();
        var entries = repo.Entries("versions");
        if (entries.Count == 0)
            repo["versions"]?.Problem("is empty: expected at least one version");

        var releases = ImmutableArray.CreateBuilder<ExtensionRelease>(entries.Count);
        foreach (var (version, field) in entries)
        {
            if (!ExtensionVersion.IsVersion(version))
                field.Problem("cannot be the version of an extension", "versions are letters, digits, `.`, `-`, `_` and `~`, a letter or digit first");
            else
                releases.Add(ReadRelease(version, field, sources, postgres));
        }

        releases.Sort((one, other) => ExtensionVersion.Compare(one.Version, other.Version));
        return releases.ToImmutable();
    }

    private static ExtensionRelease ReadRelease(string version, JsonField field, SourceReader sources, VersionRange? ofProject)
    {
        var release = field.Object(ReleaseShape);
        var pin = SourceReader.ReadPin(release, new Dictionary<string, string>(StringComparer.Ordinal) { ["version"] = version });
        var postgres = release["postgres"]?.Range() ?? ofProject;
        if (postgres is null && field.IsObject)
            field.Problem("has no `postgres`: neither the version nor the project says which PostgreSQL it works with", "add a range such as `>=13, <18`");

        return new ExtensionRelease
        {
            Version = version,
            Postgres = postgres ?? VersionRange.Any,
            Tag = pin.Tag,
            Commit = pin.Commit,
            SourceDate = SourceReader.ReadTime(release["released"]) ?? default,
            Files = sources.ReadFiles(release, pin),
            Parts = [.. SourcePart.ReadAll(release, sources, pin)],
            Crates = release.List("crates", file => file.Value<RelativePath>(PlatformReader.TryParsePath, "the path of a Cargo.lock from the top of the source")),
        };
    }

    private static ExtensionBuild ReadBuild(JsonField? field, List<PackageSetReference> mentions, out JsonField? style)
    {
        var build = field?.Object(BuildShape);
        style = build?["style"];
        return new ExtensionBuild
        {
            Style = style?.Text() ?? "",
            Arguments = build?.List("arguments", item => item.Text()) ?? [],
            Environment = build is null ? NoValues : EnvironmentMap.Read(build, "environment"),
            BuildPackageSets = PackageSetReference.Read(build?["build_packages"], mentions),
            RuntimePackageSets = PackageSetReference.Read(build?["runtime_packages"], mentions),
        };
    }

    private static ImmutableSortedDictionary<string, string> NoValues { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>An extension as its file describes it, with the fields that other files of the index decide about.</summary>
/// <param name="Extension">The extension.</param>
/// <param name="Name">The field of its name; null when the file has none.</param>
/// <param name="Style">The field that names its style; null when the file has none, and for all modules but the first.</param>
/// <param name="PackageSets">Each mention of a package set.</param>
/// <param name="Requires">Each project that it requires.</param>
/// <param name="TestRequires">Each project that only its tests require.</param>
internal sealed record ExtensionReading(
    ExtensionProject Extension,
    JsonField? Name,
    JsonField? Style,
    IReadOnlyList<PackageSetReference> PackageSets,
    ImmutableArray<ProjectMention> Requires,
    ImmutableArray<ProjectMention> TestRequires);
