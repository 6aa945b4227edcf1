using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>Reads <c>repo.json</c>.</summary>
internal static class ProjectReader
{
    public static readonly ObjectShape RepoShape = new("repo",
        ["version", "name", "kind", "license", "homepage", "summary", "sources", "versions", "build"], ["$schema", "repositories"]);

    public static readonly ObjectShape BuildShape = new("build", ["style"], []);
    public static readonly ObjectShape SourceShape = new("source", ["summary", "strip_prefix"], ["places"]);
    public static readonly ObjectShape WebPlaceShape = new("web_place", ["url"], []);
    public static readonly ObjectShape PoolPlaceShape = new("pool_place", ["archive", "path"], []);
    public static readonly ObjectShape ReleaseShape = new("release", ["files"], ["tag", "commit", "released"]);
    public static readonly ObjectShape FileShape = new("file", ["sha256"], ["size", "places"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [RepoShape, BuildShape, SourceShape, WebPlaceShape, PoolPlaceShape, ReleaseShape, FileShape];

    private static readonly string[] Placeholders = ["version", "major", "tag", "commit"];

    /// <summary>The project, and the field that names its style so that a missing style can be reported there.</summary>
    public static (Project Project, JsonField? Style) Read(JsonField root, string folder)
    {
        var repo = root.Object(RepoShape);
        repo["version"]?.FormatVersion();
        repo["$schema"]?.Text();
        var name = repo.Value<ProjectName>("name", ProjectName.TryParse, "the name of a project: lower-case letters, digits, `-` and `_`");
        if (name.Value.Length > 0 && !string.Equals(name.Value, folder[(folder.LastIndexOf('/') + 1)..], StringComparison.Ordinal))
            repo["name"]?.Problem($"is `{name}`, but the folder is `{folder}`", "name them alike");

        var kind = repo.Text("kind");
        if (kind is not ("" or "server"))
            repo["kind"]?.Problem($"is `{kind}`: expected `server`");

        var sources = ReadSources(repo);
        var releases = ReadReleases(repo, sources);
        var style = repo["build"]?.Object(BuildShape)["style"];
        return (new Project(releases)
        {
            Name = name,
            Folder = folder,
            License = repo.Text("license"),
            Homepage = repo["homepage"] is { } homepage ? HttpsAddress.Read(homepage) : HttpsAddress.Nowhere,
            Summary = repo.Text("summary"),
            Repositories = repo.List("repositories", HttpsAddress.Read),
            Style = style?.Text() ?? "",
        }, style);
    }

    private static Dictionary<string, Source> ReadSources(JsonShaped repo)
    {
        var sources = new Dictionary<string, Source>(StringComparer.Ordinal);
        foreach (var (name, field) in repo.Entries("sources"))
        {
            var source = field.Object(SourceShape);
            source.Text("summary");
            sources.Add(name, new Source(
                source["strip_prefix"] is { } prefix ? new PlacedTemplate(prefix.Template(prefix.Text(), Placeholders), prefix) : null,
                source.List("places", ReadPlace)));
        }

        return sources;
    }

    private static SourcePlace ReadPlace(JsonField field)
    {
        // The two kinds of place share no field, so the fields that are there tell which one is meant.
        if (field.IsObject && field.Entries().Any(entry => entry.Name is "archive" or "path"))
        {
            var pool = field.Object(PoolPlaceShape);
            return new SourcePlace(pool.Text("archive"), pool["path"] is { } path ? new PlacedTemplate(path.Template(path.Text(), Placeholders), path) : null);
        }

        var web = field.Object(WebPlaceShape);
        return new SourcePlace(Archive: null, web["url"] is { } url ? new PlacedTemplate(url.Template(url.Text(), Placeholders), url) : null);
    }

    private static ImmutableArray<Release> ReadReleases(JsonShaped repo, Dictionary<string, Source> sources)
    {
        var read = new List<Release>();
        var entries = repo.Entries("versions");
        if (entries.Count == 0)
            repo["versions"]?.Problem("is empty: expected at least one release");

        foreach (var (name, field) in entries)
        {
            if (!PgVersion.TryParse(name, out var version))
                field.Problem("is not a PostgreSQL version", "versions look like 15.18, 19beta2, 19rc1");
            else
                read.Add(ReadRelease(version, field, sources));
        }

        return Dated(read, repo["versions"]);
    }

    private static Release ReadRelease(PgVersion version, JsonField field, Dictionary<string, Source> sources)
    {
        var release = field.Object(ReleaseShape);
        var tag = release["tag"]?.Text();
        var commit = release["commit"]?.Text();
        if (commit is { Length: > 0 } && !IsCommit(commit))
            release["commit"]?.Problem($"is `{commit}`: expected 40 digits of 0-9 and a-f");

        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = version.ToString(),
            ["major"] = version.Major.ToString(CultureInfo.InvariantCulture),
        };
        if (tag is { Length: > 0 })
            values["tag"] = tag;
        if (commit is { Length: > 0 })
            values["commit"] = commit;

        var files = ImmutableArray.CreateBuilder<SourceFile>();
        var entries = release.Entries("files");
        foreach (var (source, file) in entries)
        {
            if (!sources.TryGetValue(source, out var described))
                file.Problem("is not one of the sources of the project", JsonField.Suggest(source, sources.Keys) ?? $"the sources are {string.Join(", ", sources.Keys)}");
            else
                files.Add(ReadFile(source, described, file, values));
        }

        if (entries.Count == 0)
            release["files"]?.Problem("is empty: expected at least one file");

        DateTimeOffset? released = release["released"] is { } date ? date.Value<DateTimeOffset>(TryParseTime, "a time such as `2024-10-30T00:00:00Z`") : null;
        return new Release
        {
            Version = version,
            Tag = tag,
            Commit = commit,
            Released = released,
            SourceDate = released ?? default,
            Files = files.ToImmutable(),
        };
    }

    private static SourceFile ReadFile(string source, Source described, JsonField field, Dictionary<string, string> values)
    {
        var file = field.Object(FileShape);
        var own = file.List("places", ReadPlace);
        if (own.IsEmpty && described.Places.IsEmpty)
            field.Problem("can be had from no place: neither the file nor its source names one");

        var places = ImmutableArray.CreateBuilder<Place>();
        foreach (var place in own.Concat(described.Places))
        {
            if (place.Where is { } where && Expand(where, values, field) is { } text && PlaceOf(place.Archive, text, where.Field) is { } good)
                places.Add(good);
        }

        var prefix = described.StripPrefix is { } strip ? Expand(strip, values, field) : null;
        return new SourceFile
        {
            Source = source,
            Sha256 = file["sha256"]?.Sha256() ?? default,
            Size = file["size"]?.Number(least: 1),
            StripPrefix = prefix is null ? RelativePath.Root : PathOf(prefix, described.StripPrefix!.Value.Field) ?? RelativePath.Root,
            Places = places.ToImmutable(),
        };
    }

    // Null after recording what the release lacks; an unknown placeholder was recorded where it stands.
    private static string? Expand(PlacedTemplate template, Dictionary<string, string> values, JsonField askedBy)
    {
        var lacking = template.Template.Placeholders.Where(name => !values.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var name in lacking.Intersect(Placeholders, StringComparer.Ordinal))
            askedBy.Problem($"needs `{name}` of its release for `{template.Template}`");

        return lacking.Length == 0 ? template.Template.Expand(values) : null;
    }

    private static Place? PlaceOf(string? archive, string text, JsonField field)
    {
        if (text.Length == 0)
            return null;

        if (archive is null)
            return HttpsAddress.Parse(text, field) is var address && ReferenceEquals(address, HttpsAddress.Nowhere) ? null : new Place.Web(address);

        return PathOf(text, field) is { } path ? new Place.Pool(archive, path) : null;
    }

    private static RelativePath? PathOf(string text, JsonField field)
    {
        if (text.Length > 0 && RelativePath.TryParse(text, out var path))
            return path;

        if (text.Length > 0)
            field.ProblemOnce($"is `{text}`: expected a relative path without `.`, `..` or empty parts");

        return null;
    }

    private static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    // A build must have some fixed time; that of the version before is near and never changes.
    private static ImmutableArray<Release> Dated(List<Release> releases, JsonField? field)
    {
        var dated = ImmutableArray.CreateBuilder<Release>(releases.Count);
        DateTimeOffset? last = null;
        foreach (var release in releases.OrderBy(release => release.Version))
        {
            last = release.Released ?? last;
            if (last is null && dated.Count == 0)
                field?.Problem($"begins with {release.Version}, which has no `released`: the earliest version needs it, since later ones without a date take it from before them");

            dated.Add(release with { SourceDate = last ?? default });
        }

        return dated.MoveToImmutable();
    }

    private readonly record struct PlacedTemplate(Template Template, JsonField Field);

    private sealed record Source(PlacedTemplate? StripPrefix, ImmutableArray<SourcePlace> Places);

    private sealed record SourcePlace(string? Archive, PlacedTemplate? Where);
}
