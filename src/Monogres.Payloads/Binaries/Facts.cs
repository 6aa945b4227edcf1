using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Binaries;

/// <summary>Facts that a step worked out, as a tree with one JSON file.</summary>
public static class Facts
{
    private static readonly RelativePath FileName = RelativePath.Parse("facts.json");

    /// <summary>Stores facts.</summary>
    public static async Task<Digest> WriteAsync<T>(IBlobStore blobs, T facts, JsonTypeInfo<T> format, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddFile(FileName, await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(facts, format), cancel), executable: false);
        return await tree.WriteAsync(blobs, cancel);
    }

    /// <summary>Reads facts back.</summary>
    /// <exception cref="BlobMissingException">They are lost, or not what was written.</exception>
    public static async Task<T> ReadAsync<T>(IBlobStore blobs, Digest tree, JsonTypeInfo<T> format, CancellationToken cancel)
        where T : class
    {
        var file = await new TreeFiles(blobs).FindFileAsync(tree, FileName, cancel) ?? throw new BlobMissingException(tree, "holds no facts");
        try
        {
            return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file, cancel), format) ?? throw new BlobMissingException(file, "holds no facts");
        }
        catch (JsonException)
        {
            throw new BlobMissingException(file, "holds facts of another version");
        }
    }
}
