using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Extensions;

/// <summary>Reads the fields that extensions and modules have in common.</summary>
internal static class ExtensionFields
{
    public static ExtensionCategory ReadCategory(JsonShaped shaped)
    {
        var text = shaped.Text("category");
        if (!ExtensionCategories.TryParse(text, out var category) && text.Length > 0)
            shaped["category"]!.Problem($"is `{text}`, which is not a category", JsonField.Suggest(text, ExtensionCategories.Words) ?? $"the categories are {string.Join(", ", ExtensionCategories.Words)}");

        return category;
    }

    /// <summary>What <c>CREATE EXTENSION</c> takes.</summary>
    public static ImmutableArray<string> ReadSqlNames(JsonField field) =>
        Read(field, IsSqlName, "what CREATE EXTENSION takes: without slash, without `-` at an end, without `--`");

    /// <summary>Names for <c>shared_preload_libraries</c>, in which commas and quotes have a meaning.</summary>
    public static ImmutableArray<string> ReadLibraries(JsonField? field) => field is null
        ? []
        : Read(field, text => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '$'), "the name of a library");

    public static readonly ObjectShape SettingShape = new("setting", ["value", "postgres"], []);

    public static readonly ObjectShape TestsShape = new("tests", [], ["skip", "before", "directory", "arguments", "packages", "requires", "settings", "drift"]);

    public static readonly ObjectShape DriftShape = new("drift", ["test", "postgres", "why"], []);

    /// <summary>Settings by name: each a text, or an object that says for which versions it is.</summary>
    public static ImmutableSortedDictionary<string, ServerSetting> ReadSettings(JsonShaped shaped) => shaped.Map("settings", (name, field) =>
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
            field.Problem("cannot be the name of a server setting");
        if (!field.IsObject)
            return new ServerSetting(field.TextOrEmpty(), []);

        var setting = field.Object(SettingShape);
        return new ServerSetting(setting["value"]?.TextOrEmpty() ?? "", setting.List("postgres", range => range.Range(), mayBeEmpty: false));
    });

    /// <summary>How it is tested.</summary>
    /// <param name="field">The field; null when the file has none.</param>
    /// <param name="style">The style whose tests these are.</param>
    /// <param name="directory">Where they run unless the field says otherwise.</param>
    /// <param name="mentions">Collects the package sets that are named.</param>
    /// <param name="requires">The projects that only the tests need.</param>
    public static ExtensionTesting ReadTests(JsonField? field, string style, RelativePath directory, List<PackageSetReference> mentions, out ImmutableArray<ProjectMention> requires)
    {
        var tests = field?.Object(TestsShape);
        var skip = tests?["skip"];
        if (skip is not null && TestsShape.Optional.Any(name => name is not "skip" && tests![name] is not null))
            skip.Problem("excludes all other fields: tests that are not run need nothing", "remove either `skip` or the other fields");

        requires = ProjectMention.Read(tests?["requires"]);
        return new ExtensionTesting
        {
            Style = style,
            Directory = tests?["directory"]?.Value<RelativePath>(RelativePath.TryParse, "a directory of the source, without leading slash, `.` or `..`") ?? directory,
            Skipped = skip?.Text(),
            Before = tests?.List("before", item => item.Text()) ?? [],
            Arguments = tests?.List("arguments", item => item.Text()) ?? [],
            PackageSets = PackageSetReference.Read(tests?["packages"], mentions),
            Requires = [.. requires.Select(mention => mention.Name)],
            Settings = tests is null ? ImmutableSortedDictionary.Create<string, ServerSetting>(StringComparer.Ordinal) : ReadSettings(tests),
            Drift = tests?.List("drift", ReadDrift) ?? [],
        };
    }

    private static KnownDrift ReadDrift(JsonField field)
    {
        var drift = field.Object(DriftShape);
        return new KnownDrift(drift.Text("test"), drift.Range("postgres"), drift.Text("why"));
    }

    private static ImmutableArray<string> Read(JsonField field, Func<string, bool> isGood, string expected)
    {
        var texts = field.DistinctTexts();
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i].Length > 0 && !isGood(texts[i]))
                field.At(i).Problem($"is `{texts[i]}`: expected {expected}");
        }

        return texts;
    }

    // As the server checks it (check_valid_extension_name in src/backend/commands/extension.c), and no more than names a file.
    private static bool IsSqlName(string text) => text[0] is not '-' && text[^1] is not '-' && !text.Contains("--", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>The options of PostgreSQL of which one must be on; those that the index does not have are problems.</summary>
    public static ImmutableArray<string> ReadOptions(JsonField? field, IReadOnlyList<string>? known)
    {
        if (field is null)
            return [];

        var options = field.DistinctTexts();
        for (var i = 0; i < options.Length; i++)
        {
            if (options[i].Length > 0 && known is not null && !known.Contains(options[i], StringComparer.Ordinal))
                field.At(i).Problem($"names the unknown option `{options[i]}`", JsonField.Suggest(options[i], known));
        }

        return options;
    }
}
