using System.Collections.Immutable;
using System.Text.Json;

namespace Monogres.Results.Records;

/// <summary>What is written beside the packages of a target: its recipe, its result, and the files that the result was packed into. The same for every builder.</summary>
public sealed record TargetManifest
{
    /// <summary>The version of the format that this program writes, and the only one that it reads.</summary>
    public const int FormatVersion = 2;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>What the target is made of.</summary>
    public required TargetRecipe Recipe { get; init; }

    /// <summary>What it gave.</summary>
    public required TargetResult Result { get; init; }

    /// <summary>The packages that were written, by file name.</summary>
    public ImmutableArray<RecordedFile> Files { get; init; } = [];

    /// <summary>The file's text: indented, LF, final newline.</summary>
    public string ToText() => JsonSerializer.Serialize(this, RecordsJson.Readable.TargetManifest) + "\n";

    /// <summary>Reads a manifest back.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static TargetManifest Parse(string text) => JsonSerializer.Deserialize(text, RecordsJson.Default.TargetManifest) switch
    {
        { Version: FormatVersion } manifest => manifest,
        { } other => throw new JsonException($"a manifest of version {other.Version} cannot be read, only of version {FormatVersion}"),
        null => throw new JsonException("a manifest is an object"),
    };
}
