using System.Collections.Immutable;
using System.Text.Json;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>
/// An OCI image layout names its blobs by their digest, so that two builds have no name in common
/// (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). Here they are called by what they are for: the
/// manifest of a platform, its configuration, its first layer.
/// </summary>
internal static class OciNames
{
    private const string Layout = "oci-layout", Index = "index.json";
    private const int LargestDocument = 4 << 20, MostDocuments = 1000, Deepest = 4;

    /// <summary>The entries, the blobs of an image under names that say what they are. Of what is no image layout, the entries as they are.</summary>
    public static async Task<ImmutableArray<Entry>> NameAsync(Archive archive, ImmutableArray<Entry> entries, CancellationToken cancel)
    {
        if (!entries.Any(entry => entry.Path is Layout) || entries.FirstOrDefault(entry => entry.Path is Index) is not { HasContent: true } index)
            return entries;

        var blobs = entries.Where(entry => entry.HasContent).GroupBy(entry => entry.Path, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        List<(Entry Document, string Name)> documents = [(index, "")];
        for (var depth = 0; depth < Deepest && documents.Count is > 0 and < MostDocuments; depth++)
        {
            var contents = await archive.LoadAsync([.. documents.Select(document => document.Document).DistinctBy(document => document.Ordinal)], LargestDocument, cancel);
            List<(Entry, string)> next = [];
            foreach (var (document, name) in documents)
            {
                foreach (var (path, child, isDocument) in await ReferencesAsync(contents[document.Ordinal], name, cancel))
                {
                    if (blobs.TryGetValue(path, out var blob) && names.TryAdd(path, child) && isDocument)
                        next.Add((blob, child));
                }
            }

            documents = next;
        }

        return [.. entries.Select(entry => names.TryGetValue(entry.Path, out var name) ? entry with { Path = $"blobs/{name}", IsNamedByContent = true } : entry)];
    }

    // Of an index the manifests, of a manifest the configuration and the layers.
    private static async Task<IReadOnlyList<(string Path, string Name, bool IsDocument)>> ReferencesAsync(Content content, string name, CancellationToken cancel)
    {
        List<(string, string, bool)> references = [];
        if (await content.ReadAsync(LargestDocument, cancel) is not { } bytes)
            return references;

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
                return references;

            foreach (var (i, manifest) in Items(root, "manifests").Index())
                Add(manifest, $"{(name.Length == 0 ? "" : $"{name}, ")}{PlatformOf(manifest) ?? $"manifest {i + 1}"}", isDocument: true);
            if (root.TryGetProperty("config", out var config))
                Add(config, $"{name}, configuration", isDocument: false);
            foreach (var (i, layer) in Items(root, "layers").Index())
                Add(layer, $"{name}, layer {i + 1}", isDocument: false);
        }
        catch (JsonException)
        {
            // A blob that is no document has no references.
        }

        return references;

        void Add(JsonElement descriptor, string child, bool isDocument)
        {
            if (descriptor.ValueKind is JsonValueKind.Object && descriptor.TryGetProperty("digest", out var digest) && digest.ValueKind is JsonValueKind.String && digest.GetString()!.Split(':') is [var algorithm, var value])
                references.Add(($"blobs/{algorithm}/{value}", child, isDocument));
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.EnumerateArray() : default;

    private static string? PlatformOf(JsonElement manifest) => manifest.ValueKind is JsonValueKind.Object && manifest.TryGetProperty("platform", out var platform) && platform.ValueKind is JsonValueKind.Object
        ? string.Join('-', Words(platform))
        : null;

    // With a hyphen: a slash would read as a directory.
    private static IEnumerable<string> Words(JsonElement platform)
    {
        foreach (var name in (string[])["os", "architecture", "variant"])
        {
            if (platform.TryGetProperty(name, out var word) && word.ValueKind is JsonValueKind.String)
                yield return word.GetString()!;
        }
    }
}
