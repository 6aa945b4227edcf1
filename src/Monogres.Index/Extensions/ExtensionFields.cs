using System.Collections.Immutable;
using Monogres.Index.Json;

namespace Monogres.Index.Extensions;

/// <summary>Reads what extensions and modules say alike.</summary>
internal static class ExtensionFields
{
    public static ExtensionCategory ReadCategory(JsonShaped shaped)
    {
        var text = shaped.Text("category");
        if (!ExtensionCategories.TryParse(text, out var category) && text.Length > 0)
            shaped["category"]!.Problem($"is `{text}`, which is no category", JsonField.Suggest(text, ExtensionCategories.Words) ?? $"the categories are {string.Join(", ", ExtensionCategories.Words)}");

        return category;
    }

    /// <summary>What <c>CREATE EXTENSION</c> takes.</summary>
    public static ImmutableArray<string> ReadSqlNames(JsonField field) =>
        Read(field, IsSqlName, "what CREATE EXTENSION takes: without slash, without `-` at an end, without `--`");

    /// <summary>Names for <c>shared_preload_libraries</c>, in which commas and quotes have a meaning.</summary>
    public static ImmutableArray<string> ReadLibraries(JsonField? field) => field is null
        ? []
        : Read(field, text => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '$'), "the name of a library");

    public static ImmutableSortedDictionary<string, string> ReadSettings(JsonShaped shaped) => shaped.Map("settings", (name, field) =>
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
            field.Problem("cannot be the name of a server setting");
        return field.TextOrEmpty();
    });

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
