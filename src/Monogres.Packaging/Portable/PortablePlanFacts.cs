using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Store;

namespace Monogres.Packaging.Portable;

/// <summary>What a <see cref="PortablePlan"/> found out, for the step that completes the tree.</summary>
/// <param name="Libraries">The libraries that the tree carries.</param>
/// <param name="Elsewhere">The names of those that the trees beside it carry: the server's, and those of required extensions.</param>
/// <param name="OmittedExtensions">The extensions that are omitted.</param>
/// <param name="OmittedFiles">Their files, relative to the prefix.</param>
internal sealed record PortablePlanFacts(ImmutableArray<ListedLibrary> Libraries, ImmutableArray<string> Elsewhere, ImmutableArray<string> OmittedExtensions, ImmutableArray<string> OmittedFiles)
{
    public static RelativePath Path { get; } = RelativePath.Parse("plan.json");

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, PortablePlanJson.Default.PortablePlanFacts);

    public static async Task<PortablePlanFacts> ReadAsync(IBlobStore blobs, Digest plan, CancellationToken cancel)
    {
        var file = await new TreeFiles(blobs).FindFileAsync(plan, Path, cancel) ?? throw new BlobMissingException(plan, "holds no plan");
        return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file, cancel), PortablePlanJson.Default.PortablePlanFacts) ?? throw new BlobMissingException(file, "holds no plan");
    }
}

/// <summary>How they are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PortablePlanFacts))]
internal sealed partial class PortablePlanJson : JsonSerializerContext;
