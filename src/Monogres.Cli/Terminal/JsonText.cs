using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Monogres.Cli.Terminal;

/// <summary>How JSON results are laid out. Only what JSON itself asks for is escaped: they are not put into web pages, and people search them.</summary>
internal static class JsonText
{
    /// <summary>Indented, LF. Nodes know how they are written: no types are looked at.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        TypeInfoResolver = JsonTypeInfoResolver.Combine(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Line { get; } = new(Indented) { WriteIndented = false };

    /// <summary>A list of texts.</summary>
    public static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
