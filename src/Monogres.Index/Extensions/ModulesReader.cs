using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Projects;

namespace Monogres.Index.Extensions;

/// <summary>Reads <c>servers/*/modules.json</c>: what a server's own source brings along.</summary>
internal static class ModulesReader
{
    public static readonly ObjectShape FileShape = new("modules", ["version", "modules", "tests"], ["$schema"]);
    public static readonly ObjectShape FileTestsShape = new("module_tests", ["style", "directory"], []);
    public static readonly ObjectShape ModuleShape = new("module", ["summary", "category", "postgres"], ["options", "extensions", "requires", "preload", "settings", "files", "tests"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, FileTestsShape, ModuleShape, ExtensionFields.SettingShape, ExtensionFields.TestsShape, ExtensionFields.DriftShape];

    private static readonly string[] Placeholders = ["name"];

    /// <summary>The modules, in the order of the file.</summary>
    /// <param name="root">The content of the file.</param>
    /// <param name="server">The server whose modules they are; null when it could not be read.</param>
    /// <param name="only">The server when no other one has them.</param>
    /// <param name="options">The names of PostgreSQL's options; null when they could not be read.</param>
    public static IReadOnlyList<ExtensionReading> Read(JsonField root, Project? server, ProjectName? only, IReadOnlyList<string>? options)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        var tests = file["tests"]?.Object(FileTestsShape);
        var (style, directory) = (tests?.Text("style") ?? "", tests?["directory"] is { } place ? place.Template(place.Text(), Placeholders) : Template.Parse(""));
        return [.. file.Entries("modules").Select((entry, i) =>
        {
            var reading = ReadModule(entry.Name, entry.Field, style, directory, server, only, options);
            // One style for all: what is wrong with it is reported once.
            return i == 0 ? reading with { Style = tests?["style"] } : reading;
        })];
    }

    private static ExtensionReading ReadModule(string text, JsonField field, string style, Template directory, Project? server, ProjectName? only, IReadOnlyList<string>? options)
    {
        if (!ProjectName.TryParse(text, out var name))
            field.Problem("is not a valid name: expected lower-case letters, digits, `-` and `_`");

        var module = field.Object(ModuleShape);
        ImmutableArray<string> sqlNames = module["extensions"] is { } names ? ExtensionFields.ReadSqlNames(names) : [text];
        var requires = ProjectMention.Read(module["requires"]);
        var mentions = new List<PackageSetReference>();
        var place = RelativePath.TryParse(directory.Expand(new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = text }), out var path) ? path : RelativePath.Root;
        var tests = ExtensionFields.ReadTests(module["tests"], style, place, mentions, out var testRequires);
        ImmutableArray<string> further = module["files"] is { } files ? Globs.Read(files) : [];
        var extension = new ExtensionProject
        {
            Name = name,
            Folder = server?.Folder ?? "",
            License = server?.License,
            Homepage = server?.Homepage ?? WebAddress.Nowhere,
            Summary = module.Text("summary"),
            Category = ExtensionFields.ReadCategory(module),
            Repositories = server?.Repositories ?? [],
            Origin = new ExtensionOrigin.Server(module.Range("postgres"), [.. FilesOf(text, sqlNames), .. further], only),
            SqlNames = sqlNames,
            Requires = [.. requires.Select(mention => mention.Name)],
            Options = ExtensionFields.ReadOptions(module["options"], options),
            Preload = ExtensionFields.ReadLibraries(module["preload"]),
            Settings = ExtensionFields.ReadSettings(module),
            Tests = tests,
        };
        return new ExtensionReading(extension, field, Style: null, mentions, requires, testRequires);
    }

    // Where PGXS installs what belongs to a name (src/makefiles/pgxs.mk of PostgreSQL).
    private static IEnumerable<string> FilesOf(string module, ImmutableArray<string> sqlNames) =>
    [
        .. sqlNames.Prepend(module).Distinct(StringComparer.Ordinal).SelectMany(name => new[] { $"lib/{name}.so", $"lib/bitcode/{name}", $"lib/bitcode/{name}.index.bc", $"include/server/extension/{name}" }),
        .. sqlNames.SelectMany(name => new[] { $"share/extension/{name}.control", $"share/extension/{name}--*.sql" }),
    ];
}
