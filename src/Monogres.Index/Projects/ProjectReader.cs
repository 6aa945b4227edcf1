using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Licenses;

namespace Monogres.Index.Projects;

/// <summary>Reads the <c>repo.json</c> of a server.</summary>
internal static partial class ProjectReader
{
    public static readonly ObjectShape RepoShape = new("repo",
        ["version", "name", "kind", "license", "homepage", "summary", "sources", "versions", "build"], ["$schema", "cpe", "repositories", "authorities", "warnings", "options", "run"]);

    public static readonly ObjectShape BuildShape = new("build", ["style"], []);
    public static readonly ObjectShape SourceShape = new("source", ["summary", "strip_prefix"], ["git_archive", "places"]);
    public static readonly ObjectShape ReleaseShape = new("release", ["files"], ["postgres", "tag", "commit", "released", "parts", "patches"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes =
    [
        RepoShape, BuildShape, SourceShape, OriginReader.GitArchiveShape, SourceReader.WebPlaceShape, SourceReader.PoolPlaceShape, ReleaseShape, SourceReader.VouchedFileShape, SourcePart.Shape,
        OriginReader.AuthorityShape, OriginReader.WarningShape, ServerRunReader.OptionsShape, ServerRunReader.RunShape,
    ];

    private static readonly string[] Placeholders = ["version", "major", "tag", "commit"];

    /// <summary>The project, and the fields that name its style, options and option sets, so that what is missing can be reported there.</summary>
    public static (Project Project, JsonField? Style, ServerOptionFields? Options) Read(JsonField root, string folder)
    {
        var repo = root.Object(RepoShape);
        repo["version"]?.FormatVersion();
        repo["$schema"]?.Text();
        var name = ReadName(repo, folder);
        ReadKind(repo, "server");
        var authorities = OriginReader.Authorities(repo);
        var sources = new SourceReader(repo["sources"], SourceShape, Placeholders, [.. authorities.Select(authority => authority.Name)]);
        var releases = ReadReleases(repo, sources);
        var style = repo["build"]?.Object(BuildShape)["style"];
        var (required, without, options) = ServerRunReader.ReadOptions(repo["options"]);
        return (new Project(releases)
        {
            Name = name,
            Folder = folder,
            License = repo["license"] is { } license ? LicensesReader.Expression(license) : "",
            Homepage = repo["homepage"] is { } homepage ? WebAddress.Read(homepage) : WebAddress.Nowhere,
            Cpe = ReadCpe(repo),
            Summary = repo.Text("summary"),
            Repositories = repo.List("repositories", WebAddress.Read),
            Authorities = authorities,
            Style = style?.Text() ?? "",
            RequiredOptions = required,
            WithoutOptionSets = without,
            Run = ServerRunReader.Read(repo["run"]),
        }, style, options);
    }

    /// <summary>The name of a project, which is also that of its folder.</summary>
    public static ProjectName ReadName(JsonShaped repo, string folder)
    {
        var name = repo.Value<ProjectName>("name", ProjectName.TryParse, "the name of a project: lower-case letters, digits, `-` and `_`");
        if (name.Value.Length > 0 && !string.Equals(name.Value, folder[(folder.LastIndexOf('/') + 1)..], StringComparison.Ordinal))
            repo["name"]?.Problem($"is `{name}`, but the folder is `{folder}`", "give both the same name");

        return name;
    }

    /// <summary>The vendor and the product by which lists of vulnerabilities know a project; null when the file does not say them.</summary>
    public static string? ReadCpe(JsonShaped repo)
    {
        if (repo["cpe"] is not { } field)
            return null;

        var text = field.Text();
        if (!CpeForm().IsMatch(text))
            field.Problem($"is `{text}`: expected the vendor and the product of a CPE, such as `postgresql:postgresql`");
        return text;
    }

    /// <summary>The kind of project, which the location of the file decides.</summary>
    public static void ReadKind(JsonShaped repo, string expected)
    {
        var kind = repo.Text("kind");
        if (kind.Length > 0 && !string.Equals(kind, expected, StringComparison.Ordinal))
            repo["kind"]?.Problem($"is `{kind}`: expected `{expected}`");
    }

    private static ImmutableArray<Release> ReadReleases(JsonShaped repo, SourceReader sources)
    {
        var read = new List<Release>();
        var entries = repo.Entries("versions");
        var warnings = OriginReader.Warnings(repo);
        if (entries.Count == 0)
            repo["versions"]?.Problem("is empty: expected at least one release");

        foreach (var (name, field) in entries)
        {
            if (!PgVersion.TryParse(name, out var version))
                field.Problem("is not a PostgreSQL version", "versions look like 15.18, 19beta2, 19rc1");
            else
                read.Add(ReadRelease(version, field, sources) with { Warnings = [.. warnings.Where(warning => warning.IsAbout(version)).Select(warning => warning.Why)] });
        }

        OriginReader.CheckWarnings(warnings, read);
        CheckPostgres(entries);
        return Dated(read, repo["versions"]);
    }

    // One that says of any release which PostgreSQL it is based on is another server, and then says it of all.
    private static void CheckPostgres(IReadOnlyList<(string Name, JsonField Field)> entries)
    {
        var isPostgres = !entries.Any(entry => entry.Field.Has("postgres"));
        foreach (var (name, field) in entries.Where(entry => entry.Field.IsObject && !entry.Field.Has("postgres")))
        {
            if (!isPostgres)
                field.Problem("has no `postgres`, which other versions have", "say of every version which PostgreSQL it is based on, or of none when this is PostgreSQL itself");
            else if (PgVersion.TryParse(name, out var version) && !version.IsOfPostgres)
                field.Problem("is not a version of PostgreSQL itself, and has no `postgres`", "the version of PostgreSQL that it is based on, such as `18.4`");
        }
    }

    private static Release ReadRelease(PgVersion version, JsonField field, SourceReader sources)
    {
        var release = field.Object(ReleaseShape);
        var postgres = release["postgres"]?.Value<PgVersion>(TryParsePostgres, "a version of PostgreSQL such as `18.4`");
        var pin = SourceReader.ReadPin(release, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = version.ToString(),
            ["major"] = version.Major.ToString(CultureInfo.InvariantCulture),
        });
        var files = sources.ReadFiles(release, pin, version);
        var released = SourceReader.ReadTime(release["released"]);
        return new Release
        {
            Version = version,
            Postgres = postgres ?? version,
            Tag = pin.Tag,
            Commit = pin.Commit,
            Released = released,
            SourceDate = released ?? default,
            Files = files,
            Parts = [.. SourcePart.ReadAll(release, sources, pin)],
            Patches = release["patches"] is { } patches ? Globs.Read(patches) : [],
        };
    }

    // Names as formatted strings of CPE 2.3 have them without escapes.
    [GeneratedRegex(@"\A[a-z0-9_][a-z0-9_.-]*:[a-z0-9_][a-z0-9_.-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CpeForm();

    private static bool TryParsePostgres(string text, out PgVersion version) => PgVersion.TryParse(text, out version) && version.IsOfPostgres;

    // A build needs some fixed time; that of the version before is close and never changes.
    private static ImmutableArray<Release> Dated(List<Release> releases, JsonField? field)
    {
        var dated = ImmutableArray.CreateBuilder<Release>(releases.Count);
        DateTimeOffset? last = null;
        foreach (var release in releases.OrderBy(release => release.Version))
        {
            last = release.Released ?? last;
            if (last is null && dated.Count == 0)
                field?.Problem($"begins with {release.Version}, which has no `released`: the earliest version needs it, since later versions without a date take that of an earlier one");

            dated.Add(release with { SourceDate = last ?? default });
        }

        return dated.MoveToImmutable();
    }
}
