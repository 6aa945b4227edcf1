using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Sources.Drafts;

/// <summary>The file of an extension in an index, <c>extensions/NAME/repo.json</c>.</summary>
/// <param name="index">The directory of the index.</param>
/// <param name="project">The extension.</param>
public sealed class EntryFile(string index, ProjectName project)
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        TypeInfoResolver = JsonTypeInfoResolver.Combine(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Its path in every index.</summary>
    public string Name { get; } = $"extensions/{project}/repo.json";

    /// <summary>Its path.</summary>
    public string Path { get; } = System.IO.Path.Combine(index, "extensions", project.Value, "repo.json");

    /// <summary>An entry as it is written.</summary>
    public static string TextOf(JsonObject entry) => entry.ToJsonString(Layout) + "\n";

    /// <summary>The entry, or null when there is none.</summary>
    /// <exception cref="UserErrorException">The file is no entry.</exception>
    public async Task<JsonObject?> ReadAsync(CancellationToken cancel)
    {
        if (!File.Exists(Path))
            return null;

        try
        {
            return JsonNode.Parse(await File.ReadAllTextAsync(Path, cancel)) as JsonObject ?? throw DraftErrors.NotAnEntry(Path);
        }
        catch (JsonException)
        {
            throw DraftErrors.NotAnEntry(Path);
        }
    }

    /// <summary>Writes it whole, or not at all.</summary>
    public Task WriteAsync(JsonObject entry, CancellationToken cancel) => AtomicFile.WriteTextAsync(Path, TextOf(entry), cancel);
}
