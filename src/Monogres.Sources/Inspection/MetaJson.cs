using System.Collections.Immutable;
using System.Text.Json;

namespace Monogres.Sources.Inspection;

/// <summary>
/// What a <c>META.json</c> says (PGXN Meta Spec, version 1, https://pgxn.org/spec/), as far as it helps here. Fields of another
/// shape than the specification gives them are ignored, as most readers of these files do.
/// </summary>
public sealed record MetaJson
{
    /// <summary>The name of the distribution, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Its version, or null.</summary>
    public string? Version { get; init; }

    /// <summary>One line about it, or null.</summary>
    public string? Abstract { get; init; }

    /// <summary>A paragraph about it, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Words that it is found by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>The licences, by the words of the specification (<c>postgresql</c>, <c>mit</c>) or by name.</summary>
    public ImmutableArray<string> Licenses { get; init; } = [];

    /// <summary>The extensions that it provides.</summary>
    public ImmutableArray<string> Provides { get; init; } = [];

    /// <summary>What it asks of PostgreSQL, <c>9.2.0</c> or <c>&gt;= 14.0.0, &lt; 18.0.0</c>, or null.</summary>
    public string? Postgres { get; init; }

    /// <summary>Its home page, or null.</summary>
    public string? Homepage { get; init; }

    /// <summary>Where its repository is, or null.</summary>
    public string? Repository { get; init; }

    /// <summary>Reads a text; null when it is no JSON object.</summary>
    public static MetaJson? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;

            return new MetaJson
            {
                Name = Text(root, "name"),
                Version = Text(root, "version"),
                Abstract = Text(root, "abstract"),
                Description = Text(root, "description"),
                Tags = Find(root, "tags") is { ValueKind: JsonValueKind.Array } tags ? [.. tags.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)] : [],
                Licenses = Find(root, "license") is { } license ? LicensesOf(license) : [],
                Provides = Find(root, "provides") is { ValueKind: JsonValueKind.Object } provides ? [.. provides.EnumerateObject().Select(one => one.Name)] : [],
                Postgres = PostgresOf(root),
                Homepage = Find(root, "resources") is { } resources ? Text(resources, "homepage") : null,
                Repository = Find(root, "resources", "repository") is { } repository ? Text(repository, "web") ?? Text(repository, "url") : null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? PostgresOf(JsonElement root)
    {
        foreach (var phase in (string[])["runtime", "build", "configure", "test"])
        {
            if (Find(root, "prereqs", phase, "requires") is { ValueKind: JsonValueKind.Object } requires
                && requires.EnumerateObject().FirstOrDefault(one => one.Name.Equals("PostgreSQL", StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.String } found)
                return found.Value.GetString();
        }

        return null;
    }

    // A word, a list of words, or an object from names to addresses.
    private static ImmutableArray<string> LicensesOf(JsonElement license) => license.ValueKind switch
    {
        JsonValueKind.String => [license.GetString()!],
        JsonValueKind.Array => [.. license.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
        JsonValueKind.Object => [.. license.EnumerateObject().Select(one => one.Name)],
        _ => [],
    };

    private static string? Text(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } found ? found : null;

    private static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var next))
                return null;

            element = next;
        }

        return element;
    }
}
