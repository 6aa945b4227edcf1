using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Monogres.Cli;

/// <summary>How JSON results are laid out.</summary>
internal static class JsonText
{
    /// <summary>Indented, LF, without reflection.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}
