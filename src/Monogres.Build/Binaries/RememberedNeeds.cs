using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;

namespace Monogres.Build.Binaries;

/// <summary>What payloads need, measured once for each: a payload that is built already is not read again.</summary>
public sealed class RememberedNeeds(IBlobStore blobs, IMemo memo)
{
    private readonly RememberedFacts<BinaryNeeds> _remembered = new(blobs, memo, BinaryNeedsJson.Default.BinaryNeeds);

    /// <summary>What the programs and libraries of a payload need.</summary>
    /// <exception cref="BlobMissingException">A part of the payload is lost.</exception>
    /// <exception cref="UserErrorException">A file of the payload claims to be ELF and is not as it should be.</exception>
    public async Task<BinaryNeeds> OfAsync(Digest payload, CancellationToken cancel)
    {
        var description = new CanonicalText("monogres binary needs v3");
        description.Add("payload", payload.ToString());
        return (await _remembered.OfAsync(description, async () => await BinaryNeeds.OfTreeAsync(blobs, payload, cancel), cancel))!;
    }
}

/// <summary>How needs are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BinaryNeeds))]
internal sealed partial class BinaryNeedsJson : JsonSerializerContext;
