using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Options;
using Monogres.Index.Projects;

namespace Monogres.Index.Platforms;

/// <summary>Reads <c>platforms/*/platform.json</c>.</summary>
internal static class PlatformReader
{
    public static readonly ObjectShape FileShape = new("platform",
        ["version", "name", "summary", "release", "architecture", "triplet", "host_type", "symbol_versions", "archive", "package_sets", "sandbox", "runtime", "debugger", "toolchains", "omit", "files", "links", "shims"],
        ["$schema", "lacks", "cross", "alternatives"]);

    public static readonly ObjectShape CrossShape = new("cross", ["tools", "package_sets", "configure", "emulator"], ["omit", "environment"]);
    public static readonly ObjectShape CrossConfigureShape = new("cross_configure", ["postgres"], ["option", "arguments", "environment", "why"]);
    public static readonly ObjectShape ArchiveShape = new("archive", ["name", "suites", "components", "keyring"], []);
    public static readonly ObjectShape LackShape = new("lack", ["postgres", "why"], []);
    public static readonly ObjectShape OmissionsShape = new("omit", ["packages", "paths"], []);
    public static readonly ObjectShape ContentShape = new("content", [], ["lines", "from", "executable"]);
    public static readonly ObjectShape ShimsShape = new("shims", ["moves", "files", "links"], ["preload"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, ArchiveShape, ToolchainReader.ToolchainShape, ToolchainReader.ArchiveShape, LackShape, OmissionsShape, ContentShape, ShimsShape, CrossShape, CrossConfigureShape];

    /// <summary>The platform, and for a cross-compiled one, what completes it once every platform is read.</summary>
    /// <param name="root">The content of the file.</param>
    /// <param name="folder">The folder of the platform in the index.</param>
    /// <param name="files">For the files that it names.</param>
    /// <param name="options">The names of PostgreSQL's options; null when they could not be read.</param>
    public static PlatformReading Read(JsonField root, string folder, IndexFiles files, IReadOnlyList<string>? options)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        var name = file.Value<PlatformName>("name", PlatformName.TryParse, "a platform such as `debian12-amd64`");
        if (name.Os.Length > 0 && !folder.EndsWith($"/{name}", StringComparison.Ordinal))
            file["name"]?.Problem($"is `{name}`, but the folder is `{folder}`", "give both the same name");

        var mentions = new List<PackageSetReference>();
        var sets = file.Map("package_sets", (_, field) => ReadPackages(field));
        var platform = new Platform
        {
            Name = name,
            Folder = folder,
            Summary = file.Text("summary"),
            Release = file.Text("release"),
            Architecture = file.Text("architecture"),
            GnuTriplet = file.Text("triplet"),
            HostType = file.Text("host_type"),
            SymbolVersions = ReadSymbolVersions(file["symbol_versions"]),
            Archive = ReadArchive(file["archive"]),
            PackageSets = sets,
            SandboxPackageSets = PackageSetReference.Read(file["sandbox"], mentions),
            RuntimePackageSets = PackageSetReference.Read(file["runtime"], mentions),
            DebuggerPackageSets = PackageSetReference.Read(file["debugger"], mentions),
            Toolchains = file.Map("toolchains", (toolchain, field) => ToolchainReader.Read(toolchain, field, folder, files, mentions)),
            Lacks = ReadLacks(file["lacks"], options),
            Omissions = ReadOmissions(file["omit"]),
            Files = ReadFiles(file["files"], folder, files),
            Links = ReadPaths(file["links"], (path, target) => new PlatformLink(path, target)),
            Alternatives = ReadAlternatives(file["alternatives"]),
            Shims = ReadShims(file["shims"], folder, files),
        };
        return new PlatformReading(platform, mentions, file["cross"] is { } cross ? ReadCross(cross, options) : null);
    }

    /// <summary>Joins platforms to those whose programs build for them, and checks what each of them names.</summary>
    public static ImmutableArray<Platform> Join(IReadOnlyList<PlatformReading> readings)
    {
        Platform[] builders = [.. readings.Where(reading => reading.Cross is null).Select(reading => reading.Platform)];
        var platforms = ImmutableArray.CreateBuilder<Platform>(readings.Count);
        foreach (var reading in readings)
        {
            var joined = reading.Cross is { } cross ? Join(cross, builders) : null;
            // One without a platform that builds for it is reported already; further problems would only follow from that one.
            if (reading.Cross is not null && joined is null)
                continue;

            var platform = reading.Platform with { Cross = joined };
            Check(platform, reading.Mentions);
            platforms.Add(platform);
        }

        return platforms.ToImmutable();
    }

    private static ImmutableArray<PackageAlternatives> ReadAlternatives(JsonField? field) =>
        field is null ? [] : [.. field.Map((package, links) => new PackageAlternatives(package, ReadPaths(links, (path, target) => new PlatformLink(path, target)))).Values];

    private static CrossBuild? Join(CrossReading cross, Platform[] builders)
    {
        if (builders.FirstOrDefault(builder => string.Equals(builder.Name.ToString(), cross.Tools, StringComparison.Ordinal)) is not { } tools)
        {
            if (cross.Tools.Length > 0)
                cross.Fields["tools"]?.Problem($"is `{cross.Tools}`: expected a platform whose own programs build for it");
            return null;
        }

        Check(tools, cross.Mentions);
        return new CrossBuild { Tools = tools, PackageSets = cross.PackageSets, Omissions = cross.Omissions, Configure = cross.Configure, Environment = cross.Environment, Emulator = cross.Emulator };
    }

    private static CrossReading ReadCross(JsonField field, IReadOnlyList<string>? options)
    {
        var cross = field.Object(CrossShape);
        var mentions = new List<PackageSetReference>();
        return new CrossReading(
            cross,
            cross.Text("tools"),
            cross.Map("package_sets", (_, sets) => PackageSetReference.Read(sets, mentions)),
            mentions,
            cross["omit"] is { } omit ? ReadPackages(omit) : [],
            cross.List("configure", part => ReadCrossConfigure(part, options)),
            EnvironmentMap.Read(cross, "environment"),
            cross.Value<RelativePath>("emulator", TryParsePath, "a path from the root, without leading slash"));
    }

    private static CrossConfigure ReadCrossConfigure(JsonField field, IReadOnlyList<string>? options)
    {
        var part = field.Object(CrossConfigureShape);
        part["why"]?.Text();
        var option = part["option"]?.Text();
        if (option is { Length: > 0 } && options is not null && !options.Contains(option, StringComparer.Ordinal))
            part["option"]!.Problem($"names the unknown option `{option}`", JsonField.Suggest(option, options));
        return new CrossConfigure(part.Range("postgres"), option, ConfigureChoiceReader.Read(part, ConfigureChoiceReader.Arguments(part["arguments"], [])));
    }

    /// <summary>Records a problem for each reference to a package set that the platform does not have.</summary>
    public static void Check(Platform platform, IEnumerable<PackageSetReference> mentions)
    {
        foreach (var mention in mentions)
        {
            if (!platform.HasPackageSet(mention.Name))
                mention.Field.Problem($"names the package set `{mention.Name}`, which {platform.Folder}/platform.json does not have", JsonField.Suggest(mention.Name, platform.PackageSets.Keys));
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadSymbolVersions(JsonField? field)
    {
        var versions = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        versions[Platform.GlibcFamily] = "";
        foreach (var (family, value) in field?.Entries() ?? [])
        {
            var version = value.Text();
            if (version.Length > 0 && !version.Split('.').All(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)))
                value.Problem($"is `{version}`: expected numbers separated by full stops, such as `2.36`");
            else
                versions[family] = version;
        }

        if (field is { IsObject: true } there && versions[Platform.GlibcFamily].Length == 0)
            there.Problem($"lacks `{Platform.GlibcFamily}`, the version of the C library");
        return versions.ToImmutable();
    }

    private static ImmutableArray<string> ReadPackages(JsonField field)
    {
        var packages = field.DistinctTexts();
        for (var i = 0; i < packages.Length; i++)
        {
            // Debian Policy 5.6.1: lower-case letters, digits, plus, minus and full stop, at least two, alphanumeric first.
            var package = packages[i];
            if (package.Length > 0 && (package.Length < 2 || !char.IsAsciiLetterOrDigit(package[0]) || !package.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.')))
                field.At(i).Problem($"is `{package}`: expected the name of a package");
        }

        return packages;
    }

    private static PlatformArchive ReadArchive(JsonField? field)
    {
        if (field?.Object(ArchiveShape) is not { } archive)
            return new PlatformArchive("", [], [], "");

        return new PlatformArchive(archive.Text("name"), archive.DistinctTexts("suites", mayBeEmpty: false), archive.DistinctTexts("components", mayBeEmpty: false), archive.Text("keyring"));
    }

    private static ImmutableArray<LackedOption> ReadLacks(JsonField? field, IReadOnlyList<string>? options)
    {
        if (field is null)
            return [];

        return [.. field.Map((option, lack) =>
        {
            if (options is not null && !options.Contains(option, StringComparer.Ordinal))
                lack.Problem($"names the unknown option `{option}`", JsonField.Suggest(option, options));

            var shaped = lack.Object(LackShape);
            return new LackedOption(option, shaped.List("postgres", range => range.Range(), mayBeEmpty: false), shaped.Text("why"));
        }).Values];
    }

    private static Omissions ReadOmissions(JsonField? field) => field?.Object(OmissionsShape) is not { } rules
        ? new Omissions([], [])
        : new Omissions(rules["packages"] is { } packages ? ReadPackages(packages) : [], rules["paths"] is { } paths ? Globs.Read(paths) : []);

    /// <summary>Stand-ins; empty when the field is absent.</summary>
    public static BuildShims ReadShims(JsonField? field, string folder, IndexFiles files) => field?.Object(ShimsShape) is not { } shims
        ? new BuildShims([], [], [])
        : new BuildShims(
            ReadPaths(shims["moves"], (from, to) => new PlatformMove(from, to)),
            ReadFiles(shims["files"], folder, files),
            ReadPaths(shims["links"], (path, target) => new PlatformLink(path, target)))
        {
            Preload = shims["preload"] is { } preload ? ReadNamed(preload, folder, files) : null,
        };

    private static ImmutableArray<T> ReadPaths<T>(JsonField? field, Func<RelativePath, RelativePath, T> pair) =>
        [.. (field?.Entries() ?? []).Select(entry => pair(
            PathOf(entry.Name, entry.Field),
            entry.Field.Value<RelativePath>(TryParsePath, "a path from the root, without leading slash")))];

    private static ImmutableArray<PlatformFile> ReadFiles(JsonField? field, string folder, IndexFiles files) =>
        [.. (field?.Entries() ?? []).Select(entry => ReadFile(entry.Name, entry.Field, folder, files))];

    private static PlatformFile ReadFile(string name, JsonField field, string folder, IndexFiles files)
    {
        var content = field.Object(ContentShape);
        var executable = content["executable"]?.Boolean() ?? false;
        var (lines, from) = (content["lines"], content["from"]);
        if (field.IsObject && lines is null == from is null)
            field.Problem("needs exactly one of `lines` (the content) and `from` (the file that has it)");

        return new PlatformFile(PathOf(name, field), from is { } source ? ReadNamed(source, folder, files) : lines?.Lines() ?? "", executable);
    }

    // The content of the file that a field names, relative to the platform's folder.
    private static string ReadNamed(JsonField field, string folder, IndexFiles files)
    {
        if (field.Text() is not { Length: > 0 } file)
            return "";
        if (RelativePath.TryResolve(RelativePath.Parse(folder), file, out var path))
            return files.ReadText(path.Value, field) ?? "";

        field.Problem($"is `{file}`, which is outside the index");
        return "";
    }

    private static RelativePath PathOf(string text, JsonField field)
    {
        if (TryParsePath(text, out var path))
            return path;

        field.Problem("is not a valid path: expected one from the root, without leading slash, `.` or `..`");
        return RelativePath.Root;
    }

    /// <summary>Reads a path from the root, which is not the root itself.</summary>
    public static bool TryParsePath(string text, out RelativePath path) => RelativePath.TryParse(text, out path) && !path.IsRoot;
}

/// <summary>A platform as its file describes it, before it is joined to the one whose programs build for it.</summary>
internal sealed record PlatformReading(Platform Platform, IReadOnlyList<PackageSetReference> Mentions, CrossReading? Cross);

/// <summary>The part of a platform's file on cross-compiling.</summary>
internal sealed record CrossReading(
    JsonShaped Fields,
    string Tools,
    ImmutableSortedDictionary<string, ImmutableArray<string>> PackageSets,
    IReadOnlyList<PackageSetReference> Mentions,
    ImmutableArray<string> Omissions,
    ImmutableArray<CrossConfigure> Configure,
    ImmutableSortedDictionary<string, string> Environment,
    RelativePath Emulator);
