using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Monogres.Proof.Json;

/// <summary>
/// Reads documents that others have written and that may be anything: what is missing, of another kind, or there twice is said with the
/// field that it is.
/// </summary>
internal static class JsonReading
{
    // Two readers could take different ones of two members of the same name: such a document says nothing.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The object that the bytes are.</summary>
    /// <exception cref="FormatException">They are no JSON, or another value.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes, documentOptions: Strict) as JsonObject ?? throw new FormatException("it is not a JSON object");
        }
        catch (JsonException error)
        {
            throw new FormatException($"it is not JSON: {error.Message}", error);
        }
    }

    /// <summary>The text of a member.</summary>
    /// <exception cref="FormatException">It is not there, or no text.</exception>
    public static string Text(this JsonObject all, string name) =>
        all.FindText(name) ?? throw new FormatException($"`{name}` is missing");

    /// <summary>The text of a member; null when it is not there.</summary>
    /// <exception cref="FormatException">It is no text.</exception>
    public static string? FindText(this JsonObject all, string name) => all[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new FormatException($"`{name}` is not a text"),
    };

    /// <summary>The object that a member is.</summary>
    /// <exception cref="FormatException">It is not there, or no object.</exception>
    public static JsonObject Member(this JsonObject all, string name) =>
        all[name] as JsonObject ?? throw new FormatException($"`{name}` is missing or not an object");

    /// <summary>The objects in the list that a member is.</summary>
    /// <exception cref="FormatException">It is not there, no list, or has something else in it.</exception>
    public static ImmutableArray<JsonObject> Objects(this JsonObject all, string name) => all[name] is JsonArray items
        ? [.. items.Select(item => item as JsonObject ?? throw new FormatException($"`{name}` has something in it that is not an object"))]
        : throw new FormatException($"`{name}` is missing or not a list");

    /// <summary>The bytes that a member has in base64, of the usual alphabet or of that for addresses, as DSSE lets both stand.</summary>
    /// <exception cref="FormatException">It is not there, or not base64.</exception>
    public static byte[] Bytes(this JsonObject all, string name)
    {
        var text = all.Text(name).Replace('-', '+').Replace('_', '/');
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException error)
        {
            throw new FormatException($"`{name}` is not base64", error);
        }
    }
}
