using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;

namespace Monogres.Payloads.Binaries;

/// <summary>What payloads need, measured once for each: a payload that is built already is not read again.</summary>
public static class CachedNeeds
{
    /// <summary>What the programs and libraries of a payload need.</summary>
    /// <exception cref="BlobMissingException">A part of the payload is lost.</exception>
    /// <exception cref="UserErrorException">A file of the payload claims to be ELF and is malformed.</exception>
    public static async Task<BinaryNeeds> OfAsync(TreeStore store, Digest payload, CancellationToken cancel) =>
        (await CachedFacts.OfAsync(
            store, key => key.Add("binary needs 4").Add(payload), BinaryNeedsJson.Default.BinaryNeeds,
            async () => await BinaryNeeds.OfTreeAsync(store.Blobs, payload, cancel), cancel))!;
}

/// <summary>What a payload needs, as a step: <see cref="Facts"/> with <see cref="BinaryNeeds"/>.</summary>
public sealed class PayloadNeeds : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("needs 1");

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel) =>
        await Facts.WriteAsync(store.Blobs, await CachedNeeds.OfAsync(store, inputs[0].Tree, cancel), BinaryNeedsJson.Default.BinaryNeeds, cancel);

    /// <summary>Reads what the step gave.</summary>
    /// <exception cref="BlobMissingException">It is lost.</exception>
    public static Task<BinaryNeeds> ReadAsync(IBlobStore blobs, Digest facts, CancellationToken cancel) =>
        Facts.ReadAsync(blobs, facts, BinaryNeedsJson.Default.BinaryNeeds, cancel);
}

/// <summary>How needs are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BinaryNeeds))]
internal sealed partial class BinaryNeedsJson : JsonSerializerContext;
