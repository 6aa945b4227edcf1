using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>Reads the description of sources that servers and extensions have in common: the kinds of file, and the files of a version with every place of each.</summary>
internal sealed class SourceReader
{
    public static readonly ObjectShape WebPlaceShape = new("web_place", ["url"], []);
    public static readonly ObjectShape PoolPlaceShape = new("pool_place", ["archive", "path"], []);
    public static readonly ObjectShape FileShape = new("file", ["sha256"], ["size", "places"]);

    /// <summary>A file that says who vouches for it.</summary>
    public static readonly ObjectShape VouchedFileShape = new("file", ["sha256"], ["size", "tar_sha256", "authorities", "places"]);

    private readonly string[] _placeholders;
    private readonly ObjectShape _file;
    private readonly IReadOnlyCollection<string>? _authorities;
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);

    /// <summary>Reads the kinds of file.</summary>
    /// <param name="sources">The field with the sources.</param>
    /// <param name="shape">The fields of a kind of file.</param>
    /// <param name="placeholders">What prefixes and places may leave open until the version is known.</param>
    /// <param name="authorities">Who may vouch for files; null where files do not say who does.</param>
    public SourceReader(JsonField? sources, ObjectShape shape, string[] placeholders, IReadOnlyCollection<string>? authorities = null)
    {
        _placeholders = placeholders;
        _authorities = authorities;
        _file = authorities is null ? FileShape : VouchedFileShape;
        foreach (var (name, field) in sources?.Entries() ?? [])
        {
            var source = field.Object(shape);
            source.Text("summary");
            var archive = authorities is null ? null : OriginReader.GitArchive(source["git_archive"]);
            _sources.Add(name, new Source(ReadTemplate(source["strip_prefix"]), source.List("places", ReadPlace), archive));
        }
    }

    /// <summary>What pins a version in git, and what the placeholders of its files stand for.</summary>
    /// <param name="release">The version's fields, with <c>tag</c> and <c>commit</c>.</param>
    /// <param name="values">The placeholders that always have a value.</param>
    public static SourcePin ReadPin(JsonShaped release, Dictionary<string, string> values)
    {
        var tag = release["tag"]?.Text();
        var commit = release["commit"]?.Text();
        if (commit is { Length: > 0 } && !(commit.Length == 40 && commit.All(char.IsAsciiHexDigitLower)))
            release["commit"]?.Problem($"is `{commit}`: expected 40 digits of 0-9 and a-f");

        if (tag is { Length: > 0 })
            values["tag"] = tag;
        if (commit is { Length: > 0 })
            values["commit"] = commit;
        return new SourcePin(tag, commit, values);
    }

    /// <summary>When a version was released; null when the field is not there.</summary>
    public static DateTimeOffset? ReadTime(JsonField? field) => field?.Value<DateTimeOffset>(TryParseTime, "a time such as `2024-10-30T00:00:00Z`");

    /// <summary>The files of a version, each of which holds the whole source.</summary>
    /// <param name="release">The version's fields, with <c>files</c>.</param>
    /// <param name="pin">The version's.</param>
    /// <param name="version">The version, for a server.</param>
    public ImmutableArray<SourceFile> ReadFiles(JsonShaped release, SourcePin pin, PgVersion? version = null)
    {
        var files = ImmutableArray.CreateBuilder<SourceFile>();
        var entries = release.Entries("files");
        foreach (var (source, file) in entries)
        {
            if (!_sources.TryGetValue(source, out var described))
                file.Problem("is not one of the sources of the project", JsonField.Suggest(source, _sources.Keys) ?? $"the sources are {string.Join(", ", _sources.Keys)}");
            else
                files.Add(ReadFile(source, file, file.Object(_file), described, pin, _authorities is not null) is var read && version is { } of && described.GitArchive is { } archive && archive.Versions.Contains(of)
                    ? read with { GitArchive = archive.Compression }
                    : read);
        }

        if (entries.Count == 0)
            release["files"]?.Problem("is empty: expected at least one file");

        return files.ToImmutable();
    }

    /// <summary>A file that is described completely, including its prefix.</summary>
    /// <param name="name">Its name among the files of the version.</param>
    /// <param name="field">The field that has it.</param>
    /// <param name="shape">Its fields, with those of <see cref="FileShape"/> and <c>strip_prefix</c>.</param>
    /// <param name="pin">The version's.</param>
    public SourceFile ReadWhole(string name, JsonField field, ObjectShape shape, SourcePin pin)
    {
        var file = field.Object(shape);
        return ReadFile(name, field, file, new Source(ReadTemplate(file["strip_prefix"]), [], GitArchive: null), pin, isVouched: false);
    }

    private SourceFile ReadFile(string name, JsonField field, JsonShaped file, Source described, SourcePin pin, bool isVouched)
    {
        var own = file.List("places", ReadPlace);
        if (own.IsEmpty && described.Places.IsEmpty)
            field.Problem("cannot be downloaded: neither the file nor its source names a place");

        var places = ImmutableArray.CreateBuilder<Place>();
        foreach (var place in own.Concat(described.Places))
        {
            if (place.Where is { } where && Expand(where, pin, field) is { } text && PlaceOf(place.Archive, text, where.Field) is { } good)
                places.Add(good);
        }

        var prefix = described.StripPrefix is { } strip ? Expand(strip, pin, field) : null;
        return new SourceFile
        {
            Source = name,
            Sha256 = file["sha256"]?.Sha256() ?? default,
            Size = file["size"]?.Number(least: 1),
            StripPrefix = prefix is null ? null : PathOf(prefix, described.StripPrefix!.Value.Field),
            Places = places.ToImmutable(),
            TarSha256 = isVouched ? file["tar_sha256"]?.Sha256() : null,
            Authorities = isVouched ? OriginReader.AuthoritiesOf(file["authorities"], _authorities!) : [],
        };
    }

    private SourcePlace ReadPlace(JsonField field)
    {
        // The two kinds of place share no field, so the fields that are there tell which one is meant.
        if (field.Has("archive") || field.Has("path"))
        {
            var pool = field.Object(PoolPlaceShape);
            return new SourcePlace(pool.Text("archive"), ReadTemplate(pool["path"]));
        }

        return new SourcePlace(Archive: null, ReadTemplate(field.Object(WebPlaceShape)["url"]));
    }

    private PlacedTemplate? ReadTemplate(JsonField? field) =>
        field is null ? null : new PlacedTemplate(field.Template(field.Text(), _placeholders), field);

    // Null after recording what the release lacks; an unknown placeholder was recorded where it stands.
    private string? Expand(PlacedTemplate template, SourcePin pin, JsonField askedBy)
    {
        var lacking = template.Template.Placeholders.Where(name => !pin.Values.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var name in lacking.Intersect(_placeholders, StringComparer.Ordinal))
            askedBy.Problem($"needs `{name}` of its release for `{template.Template}`");

        return lacking.Length == 0 ? template.Template.Expand(pin.Values) : null;
    }

    private static Place? PlaceOf(string? archive, string text, JsonField field)
    {
        if (text.Length == 0)
            return null;

        if (archive is null)
            return WebAddress.Parse(text, field) is var address && ReferenceEquals(address, WebAddress.Nowhere) ? null : new Place.Web(address);

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

    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private readonly record struct PlacedTemplate(Template Template, JsonField Field);

    private sealed record Source(PlacedTemplate? StripPrefix, ImmutableArray<SourcePlace> Places, GitArchiveRule? GitArchive);

    private sealed record SourcePlace(string? Archive, PlacedTemplate? Where);
}

/// <summary>What pins one version of a source.</summary>
/// <param name="Tag">The git tag, or null when it is not known.</param>
/// <param name="Commit">The git commit, or null when it is not known.</param>
/// <param name="Values">What placeholders stand for.</param>
internal sealed record SourcePin(string? Tag, string? Commit, IReadOnlyDictionary<string, string> Values);
