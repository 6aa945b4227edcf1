using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Json;
using Monogres.Index.Platforms;

namespace Monogres.Sources.Drafts;

/// <summary>
/// Writes the entry of an extension in the index (<c>extensions/NAME/repo.json</c>) from its source. A maintainer
/// reviews it before it is committed: what is not known is listed, and guesses are marked as such.
/// </summary>
/// <param name="name">The project.</param>
/// <param name="index">What exists.</param>
/// <param name="platform">The platform whose package sets are named.</param>
public sealed class IndexDraft(ProjectName name, MonogresIndex index, Platform platform)
{
    private readonly List<string> _notes = [];

    /// <summary>The oldest major of PostgreSQL that the index has.</summary>
    private int OldestMajor => index.DefaultServer.Releases.Min(release => release.Postgres.Major);

    /// <summary>What could not be determined, or only guessed, as sentences without a full stop.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>A new entry.</summary>
    /// <param name="source">The archive.</param>
    /// <param name="version">Its version, or null to find it out.</param>
    /// <param name="postgres">The PostgreSQL that it is for, or null to find it out.</param>
    /// <exception cref="UserErrorException">Something is not known without which there is no entry.</exception>
    public JsonObject New(DraftSource source, string? version, string? postgres)
    {
        var facts = source.Inspection.Facts;
        var number = VersionOf(source, version);
        var packages = PackagesOf(facts);
        var (requires, unknown) = LocalExtension.RequiresOf(facts, index);
        var repository = source.Place.Repository ?? RepositoryOf(facts.Meta);
        var entry = new JsonObject { ["$schema"] = "../../schemas/extension.schema.json", ["version"] = 1, ["name"] = name.Value, ["kind"] = "extension" };
        Add(entry, "license", facts.License);
        entry["homepage"] = HomepageOf(facts.Meta, repository, source.Place).AbsoluteUri;
        entry["summary"] = SummaryOf(facts);
        entry["category"] = facts.Category.Category.ToWord();
        Add(entry, "repositories", repository is null ? [] : [repository.AbsoluteUri]);
        entry["sources"] = new JsonObject { [source.Place.Kind] = KindOf(source, number) };
        entry["postgres"] = postgres ?? ClaimOf(source).ToRange(OldestMajor) ?? Oldest();
        entry["versions"] = new JsonObject { [number] = ReleaseOf(source) };
        entry["build"] = BuildOf(facts, packages);
        entry["extensions"] = Strings(facts.Extensions.Select(extension => extension.Name));
        Add(entry, "requires", requires.Select(one => one.Value));
        Add(entry, "preload", facts.Preload);
        if (!facts.SessionPreload.IsEmpty)
            entry["settings"] = new JsonObject { ["session_preload_libraries"] = string.Join(',', facts.SessionPreload) };
        if (TestsOf(facts, packages, requires) is { Count: > 0 } tests)
            entry["tests"] = tests;

        if (facts.License is null)
            _notes.Add("the licence is not recognised: add `license`, or omit it when it is not known");
        _notes.Add($"the category `{facts.Category.Category.ToWord()}` is a guess{(facts.Category.Evidence.Length > 0 ? $" ({facts.Category.Evidence})" : "")}; the categories are {string.Join(", ", ExtensionCategories.Words)}");
        NoteFindings(source, packages, unknown);
        return entry;
    }

    /// <summary>Names the package sets that a source needs in an existing entry that does not name them.</summary>
    /// <param name="entry">The entry; changed.</param>
    /// <param name="source">The archive.</param>
    /// <returns>Whether anything was added.</returns>
    public bool NamePackages(JsonObject entry, DraftSource source)
    {
        var packages = PackagesOf(source.Inspection.Facts);
        var build = entry["build"] as JsonObject ?? [];
        return Name("build_packages", packages.Build) | Name("runtime_packages", packages.Runtime);

        bool Name(string field, ImmutableArray<string> sets)
        {
            var known = (build[field] as JsonArray ?? []).Select(one => (string?)one).OfType<string>().ToArray();
            if (sets.All(set => known.Contains(set, StringComparer.Ordinal)))
                return false;

            build[field] = Strings(known.Union(sets, StringComparer.Ordinal));
            return true;
        }
    }

    /// <summary>Adds a version to an existing entry, and changes nothing else in it.</summary>
    /// <param name="entry">The entry; changed.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="source">The archive.</param>
    /// <param name="version">Its version, or null to find it out.</param>
    /// <param name="postgres">The PostgreSQL that it is for, or null to find it out.</param>
    /// <returns>The version, or null when the entry has it already.</returns>
    /// <exception cref="UserErrorException">The entry has the version with a different file, or does not describe an extension.</exception>
    public string? AddVersion(JsonObject entry, string path, DraftSource source, string? version, string? postgres)
    {
        if (entry["versions"] is not JsonObject versions || entry["sources"] is not JsonObject sources)
            throw DraftErrors.NotAnEntry(path);

        var number = VersionOf(source, version);
        var (names, own) = (Names(entry), source.Inspection.Facts.Extensions);
        if (names.Length > 0 && own.Length > 0 && !own.Any(extension => names.Contains(extension.Name, StringComparer.Ordinal)))
            throw DraftErrors.OtherProject(path, source.Place.FileName, own[0].Name);

        var file = FileOf(source);
        if (FileIn(versions, number, source.Place.Kind) is { } has)
            return string.Equals(has, source.File.Hash.ToString(), StringComparison.Ordinal) ? null : throw DraftErrors.OtherFile(path, number, source.Place.Kind, has);

        var kind = sources[source.Place.Kind] as JsonObject;
        if (kind is null)
            sources[source.Place.Kind] = KindOf(source, number);
        else if (!IsDescribedBy(kind, source, number))
            file["places"] = new JsonArray(PlaceOf(source, source.Place.Place switch { Place.Web web => web.Address.AbsoluteUri, Place.Pool pool => pool.Path.Value, _ => throw new InvalidOperationException() }));

        if (versions[number] is JsonObject known)
        {
            ((JsonObject)known["files"]!)[source.Place.Kind] = file;
        }
        else
        {
            var release = ReleaseOf(source, file);
            if ((postgres ?? ClaimOf(source).ToRange(OldestMajor) ?? (entry["postgres"] is null ? Oldest() : null)) is { } range && !string.Equals(range, (string?)entry["postgres"], StringComparison.Ordinal))
                release.Insert(release.IndexOf("files"), "postgres", range);
            versions.Insert(versions.TakeWhile(other => ExtensionVersion.Compare(other.Key, number) < 0).Count(), number, release);
        }

        NoteDifferences(entry, source.Inspection.Facts);
        return number;
    }

    private LibraryPackages PackagesOf(SourceFacts facts) => LibraryPackages.Of(facts, platform, index.Platforms);

    private string VersionOf(DraftSource source, string? version) => source.Archive.Survey.TopFolder is null ? throw DraftErrors.NoTopFolder(source.Place.FileName)
        : source.Inspection.WhyNoStyle is { } why ? throw DraftErrors.NoStyle(source.Place.FileName, why)
        : version ?? DraftVersion.Find(source.Place, source.Inspection.Facts) ?? throw DraftErrors.NoVersion(source.Place.FileName, name, [.. DraftVersion.Candidates(source.Place, source.Inspection.Facts)]);

    // Projects with a line of releases for each PostgreSQL say in the tag which one it is.
    private static PostgresClaim ClaimOf(DraftSource source) => source.Place.Tag is { } tag && DraftVersion.MajorOfTag(tag) is { } major
        ? new PostgresClaim(major, major, $"the tag `{tag}`")
        : source.Inspection.Facts.Postgres;

    private string Oldest()
    {
        _notes.Add($"the source does not say which PostgreSQL it is for: the draft has `>={OldestMajor}`, the oldest in the index");
        return $">={OldestMajor}";
    }

    private static JsonObject KindOf(DraftSource source, string version)
    {
        var kind = new JsonObject { ["summary"] = source.Place.Summary };
        if (source.Inspection.Facts.Folder is { Length: > 0 } folder)
            kind["strip_prefix"] = $"{source.Archive.Survey.TopFolder}/{folder}".Replace(version, "{version}", StringComparison.Ordinal);
        kind["places"] = new JsonArray(PlaceOf(source, source.Place.Template(version)));
        return kind;
    }

    private static JsonObject PlaceOf(DraftSource source, string where) => source.Place.Place is Place.Pool pool
        ? new JsonObject { ["archive"] = pool.Archive, ["path"] = where }
        : new JsonObject { ["url"] = where };

    // The moment of a build: the index has no better one than the newest file of the archive.
    private static JsonObject ReleaseOf(DraftSource source) => ReleaseOf(source, FileOf(source));

    private static JsonObject ReleaseOf(DraftSource source, JsonObject file)
    {
        var release = new JsonObject();
        Add(release, "tag", source.Place.Tag);
        Add(release, "commit", source.Commit);
        release["released"] = (source.Archive.Survey.NewestFile ?? DateTimeOffset.UnixEpoch).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        release["files"] = new JsonObject { [source.Place.Kind] = file };
        if (!source.Parts.IsEmpty)
            release["parts"] = new JsonObject(source.Parts.Select(part => KeyValuePair.Create(part.To.Value, (JsonNode?)PartOf(part))));
        Add(release, "crates", source.Inspection.Facts.CrateLocks);
        return release;
    }

    private static JsonObject PartOf(DraftPart part) => new()
    {
        ["sha256"] = part.File.Hash.ToString(), ["size"] = part.File.Size, ["places"] = new JsonArray(new JsonObject { ["url"] = part.Place.AbsoluteUri }),
    };

    private static JsonObject FileOf(DraftSource source) => new() { ["sha256"] = source.File.Hash.ToString(), ["size"] = source.File.Size };

    private static string? FileIn(JsonObject versions, string version, string kind) => (string?)versions[version]?["files"]?[kind]?["sha256"];

    // Whether what the entry says of such files, with this version put in, is where the file is.
    private static bool IsDescribedBy(JsonObject kind, DraftSource source, string version)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal) { ["version"] = version };
        if (source.Place.Tag is { } tag)
            values["tag"] = tag;
        if (source.Place.Commit is { } commit)
            values["commit"] = commit;
        return (kind["places"] as JsonArray ?? []).OfType<JsonObject>().Any(place =>
        {
            var template = Template.Parse((string?)place[source.Place.Place is Place.Pool ? "path" : "url"] ?? "");
            var where = source.Place.Place switch
            {
                Place.Web web => web.Address.AbsoluteUri,
                Place.Pool pool when string.Equals(pool.Archive, (string?)place["archive"], StringComparison.Ordinal) => pool.Path.Value,
                _ => null,
            };
            return template.Placeholders.All(values.ContainsKey) && string.Equals(template.Expand(values), where, StringComparison.Ordinal);
        });
    }

    private static JsonObject BuildOf(SourceFacts facts, LibraryPackages packages)
    {
        var build = new JsonObject { ["style"] = facts.Style };
        Add(build, "arguments", facts.Arguments);
        Add(build, "build_packages", packages.Build);
        Add(build, "runtime_packages", packages.Runtime);
        return build;
    }

    private JsonObject TestsOf(SourceFacts facts, LibraryPackages packages, ImmutableArray<ProjectName> requires)
    {
        if (!facts.HasTests)
            return new JsonObject { ["skip"] = "the source has no known tests" };

        var tests = new JsonObject();
        Add(tests, "arguments", facts.TestArguments);
        Add(tests, "packages", packages.Test);
        Add(tests, "requires", LocalExtension.TestsRequire(facts, requires, index).Where(one => one != name).Select(one => one.Value));
        // What it preloads itself, and what those that it requires do, is said elsewhere.
        var settings = facts.TestSettings.Where(setting => setting.Key is not "shared_preload_libraries").ToArray();
        if (settings.Length > 0)
            tests["settings"] = new JsonObject(settings.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value)));
        return tests;
    }

    private string SummaryOf(SourceFacts facts)
    {
        if (facts.Summary is { } summary)
            return summary;

        _notes.Add("the source does not describe itself: write a `summary`");
        return name.Value;
    }

    private Uri HomepageOf(MetaJson? meta, Uri? repository, DraftPlace place)
    {
        if ((Https(meta?.Homepage) ?? (repository is null ? null : new Uri(repository.AbsoluteUri[..^".git".Length]))) is { } homepage)
            return homepage;

        _notes.Add("the source does not name its home page: correct `homepage`");
        return place.Place is Place.Web web ? new Uri(web.Address, ".") : new Uri($"https://tracker.debian.org/pkg/{((Place.Pool)place.Place).Path.Parent.Name}");
    }

    internal static Uri? RepositoryOf(MetaJson? meta) => Https(meta?.Repository) is { } address && address.AbsolutePath.Trim('/').Length > 0
        ? new Uri(address.AbsoluteUri.TrimEnd('/') is var text && text.EndsWith(".git", StringComparison.Ordinal) ? text : text + ".git")
        : null;

    // Hosts that are asked for with http or git answer with https too, for many years now.
    private static Uri? Https(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "git" && address.Host.Contains('.', StringComparison.Ordinal)
        ? new UriBuilder(address) { Scheme = "https", Port = -1 }.Uri
        : null;

    private void NoteFindings(DraftSource source, LibraryPackages packages, ImmutableArray<string> unknown)
    {
        foreach (var entry in source.Archive.Omitted)
            _notes.Add($"`{entry.Path}` is omitted from the source: it {entry.Reason}");
        if (source.WithoutParts is { } why)
            _notes.Add(why);
        foreach (var library in packages.Missing.Where(library => library.IsLinked))
            _notes.Add($"`{library.Mention}` in {library.File}: {platform.Name} has no package set `{library.Name}-build`; add it with `--lock`, or name the right one under `build_packages`");
        foreach (var tool in packages.MissingTools.Where(tool => tool.IsCertain))
            _notes.Add($"`{tool.Program}` is called in {tool.File}: {platform.Name} has no package set with Debian's package `{tool.Tool.Package}`; add it with `--lock`");
        foreach (var tool in packages.MissingTestTools)
            _notes.Add($"its tests need `{tool.Program}` ({tool.File}): {platform.Name} has no package set with Debian's package `{tool.Tool.Package}`; add one, and name it under `tests.packages`");
        foreach (var required in unknown)
            _notes.Add($"it requires `{required}`, which no project of the index provides: add that one first");
        var generated = source.Inspection.Facts.Extensions.Where(extension => extension.IsGenerated).ToArray();
        if (generated.Length > 0)
            _notes.Add($"control files are generated by the build, so their names are a guess: {string.Join(", ", generated.Select(extension => extension.Name))}");
        foreach (var finding in source.Inspection.Findings.Where(finding => finding.Severity is FindingSeverity.Error || ReferenceEquals(finding.Rule, SourceRules.Preload)))
            _notes.Add($"{(finding.Place.Length > 0 ? $"{finding.Place}: " : "")}{finding.Text}");
    }

    private void NoteDifferences(JsonObject entry, SourceFacts facts)
    {
        var known = Names(entry);
        foreach (var extension in facts.Extensions.Where(extension => !known.Contains(extension.Name, StringComparer.Ordinal)))
            _notes.Add($"this version has an extension `{extension.Name}`, which the entry does not name");
        if ((string?)entry["build"]?["style"] is { } style && !string.Equals(style, facts.Style, StringComparison.Ordinal))
            _notes.Add($"this version seems to be built with `{facts.Style}`, but the entry says `{style}`");
    }

    private static string?[] Names(JsonObject entry) => [.. (entry["extensions"] as JsonArray ?? []).Select(one => (string?)one)];

    private static void Add(JsonObject to, string field, string? value)
    {
        if (value is not null)
            to[field] = value;
    }

    private static void Add(JsonObject to, string field, IEnumerable<string> values)
    {
        var array = Strings(values);
        if (array.Count > 0)
            to[field] = array;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
