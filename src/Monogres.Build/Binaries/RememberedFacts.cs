using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Binaries;

/// <summary>Facts about content, worked out once for each and kept in the store, as a tree with one JSON file.</summary>
/// <param name="blobs">Keeps them.</param>
/// <param name="memo">Finds them by what they are about.</param>
/// <param name="format">How one is written.</param>
internal sealed class RememberedFacts<T>(IBlobStore blobs, IMemo memo, JsonTypeInfo<T> format)
    where T : class
{
    private static readonly RelativePath FileName = RelativePath.Parse("facts.json");

    private readonly RememberedTrees _remembered = new(blobs, memo);

    /// <summary>What is remembered under a description, or is worked out now; null, which is not kept, when there is nothing to know.</summary>
    public async ValueTask<T?> OfAsync(CanonicalText description, Func<Task<T?>> workOut, CancellationToken cancel)
    {
        if (await FindAsync(description.Digest, cancel) is { } known)
            return known;
        if (await workOut() is not { } facts)
            return null;

        var tree = new TreeBuilder();
        tree.AddFile(FileName, await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(facts, format), cancel), executable: false);
        await _remembered.RememberAsync(description.Digest, await tree.WriteAsync(blobs, cancel), cancel);
        return facts;
    }

    private async ValueTask<T?> FindAsync(Digest description, CancellationToken cancel)
    {
        try
        {
            if (await _remembered.FindAsync(description, cancel) is { } tree && await new TreeFiles(blobs).FindFileAsync(tree, FileName, cancel) is { } file)
                return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file, cancel), format);
        }
        catch (BlobMissingException)
        {
            // Worked out again.
        }

        return null;
    }
}
