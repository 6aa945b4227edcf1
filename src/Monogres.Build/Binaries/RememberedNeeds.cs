using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Binaries;

/// <summary>What payloads need, measured once for each: a payload that is built already is not read again.</summary>
public sealed class RememberedNeeds(IBlobStore blobs, IActionCache actions)
{
    private static readonly RelativePath FileName = RelativePath.Parse("needs.json");

    private readonly RememberedTrees _remembered = new(blobs, actions);

    /// <summary>What the programs and libraries of a payload need.</summary>
    /// <exception cref="BlobMissingException">A part of the payload is lost.</exception>
    /// <exception cref="UserErrorException">A file of the payload claims to be ELF and is not as it should be.</exception>
    public async Task<BinaryNeeds> OfAsync(Digest payload, CancellationToken cancel)
    {
        var description = new CanonicalText("monogres binary needs v2");
        description.Add("payload", payload.ToString());
        if (await FindAsync(description.Digest, cancel) is { } known)
            return known;

        var needs = await BinaryNeeds.OfTreeAsync(blobs, payload, cancel);
        var tree = new TreeBuilder();
        tree.AddFile(FileName, await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(needs, BinaryNeedsJson.Default.BinaryNeeds), cancel), executable: false);
        await _remembered.RememberAsync(description.ToBytes(), await tree.WriteAsync(blobs, cancel), cancel);
        return needs;
    }

    private async ValueTask<BinaryNeeds?> FindAsync(Digest description, CancellationToken cancel)
    {
        try
        {
            if (await _remembered.FindAsync(description, cancel) is not { } tree)
                return null;

            await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
            {
                if (entry is TreeEntry.File file)
                    return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file.Content, cancel), BinaryNeedsJson.Default.BinaryNeeds);
            }
        }
        catch (BlobMissingException)
        {
            // Measured again.
        }

        return null;
    }
}

/// <summary>How needs are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BinaryNeeds))]
internal sealed partial class BinaryNeedsJson : JsonSerializerContext;
