using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Core;
using Monogres.Payloads.Extensions;

namespace Monogres.Payloads.Inspection;

/// <summary>What is known of a built extension without running it. A function of the trees and the log that it was read from.</summary>
public sealed record ExtensionInspection
{
    /// <summary>The only version of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>The extensions that it installs, by name.</summary>
    public required ImmutableArray<InstalledExtension> Extensions { get; init; }

    /// <summary>Why something that is installed, or promised by the index, cannot work; empty when the level <c>installed</c> is reached.</summary>
    public required ImmutableArray<ExtensionProblem> Problems { get; init; }

    /// <summary>The shared libraries that the payload needs and does not contain, sorted.</summary>
    public required ImmutableArray<string> Libraries { get; init; }

    /// <summary>The largest symbol version of each family that it needs, <c>GLIBC</c>: <c>2.34</c>.</summary>
    public required ImmutableSortedDictionary<string, string> SymbolVersions { get; init; }

    /// <summary>The symbols that its libraries take from the server.</summary>
    public required ServerSymbols ServerSymbols { get; init; }

    /// <summary>What the checks found.</summary>
    public required ImmutableArray<CheckFinding> Findings { get; init; }

    /// <summary>The text: indented, LF, final newline.</summary>
    public string ToText() => JsonSerializer.Serialize(this, InspectionJson.Readable.ExtensionInspection) + "\n";

    /// <summary>Reads an inspection back.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static ExtensionInspection Parse(string text) => JsonSerializer.Deserialize(text, InspectionJson.Default.ExtensionInspection) switch
    {
        { Version: FormatVersion } inspection => inspection,
        { } other => throw new JsonException($"an inspection of version {other.Version} cannot be read, only of version {FormatVersion}"),
        null => throw new JsonException("an inspection is an object"),
    };
}

/// <summary>The symbols that libraries take from the server: their part of its binary interface. Two builds with equal digests ask for the same.</summary>
/// <param name="Count">How many.</param>
/// <param name="Digest">The digest of the names, each with a newline behind it.</param>
/// <param name="Names">The names, sorted.</param>
public sealed record ServerSymbols(int Count, Digest Digest, ImmutableArray<string> Names)
{
    /// <summary>Describes these symbols; each counts once.</summary>
    public static ServerSymbols Of(IEnumerable<string> names)
    {
        ImmutableArray<string> sorted = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new ServerSymbols(sorted.Length, Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Concat(sorted.Select(name => name + "\n")))), sorted);
    }
}

/// <summary>How inspections are written.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DigestConverter)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ExtensionInspection))]
internal sealed partial class InspectionJson : JsonSerializerContext
{
    /// <summary>For readable files: <c>'</c> and <c>+</c> are not escaped.</summary>
    public static InspectionJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
