using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Monogres.Proof.Json;

namespace Monogres.Proof.Signatures;

/// <summary>
/// Some content with signatures over it, as JSON on one line (DSSE 1.0.2,
/// https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md). Reading one proves nothing: ask <see cref="Verify"/>.
/// </summary>
/// <param name="Type">What the content is: <c>application/vnd.in-toto+json</c>.</param>
/// <param name="Content">The content, byte for byte as it was signed.</param>
/// <param name="Signatures">At least one.</param>
public sealed record DsseEnvelope(string Type, byte[] Content, ImmutableArray<DsseSignature> Signatures)
{
    // Base64 has plus signs, which the default would escape for web pages. Nodes know how they are written: no types are looked at.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = JsonTypeInfoResolver.Combine() };

    /// <summary>Signs some content.</summary>
    public static async Task<DsseEnvelope> SignAsync(string type, byte[] content, ISigner signer, CancellationToken cancel)
    {
        var signature = await signer.SignAsync(PreAuthenticationEncoding.Of(type, content), cancel);
        return new DsseEnvelope(type, content, [new DsseSignature(signer.Key.Id, signature)]);
    }

    /// <summary>The first of these keys that made a signature of the envelope; null when none did. What a signature says of its key is a hint that is not looked at.</summary>
    public VerificationKey? Verify(IEnumerable<VerificationKey> keys)
    {
        var signed = PreAuthenticationEncoding.Of(Type, Content);
        return keys.FirstOrDefault(key => Signatures.Any(signature => key.Verify(signed, signature.Value)));
    }

    /// <summary>The envelope as a JSON object.</summary>
    public JsonObject ToJson() => new()
    {
        ["payload"] = Convert.ToBase64String(Content),
        ["payloadType"] = Type,
        ["signatures"] = new JsonArray([.. Signatures.Select(signature => (JsonNode)new JsonObject { ["keyid"] = signature.KeyId, ["sig"] = Convert.ToBase64String(signature.Value) })]),
    };

    /// <summary>The envelope on one line, without its end.</summary>
    public string ToLine() => ToJson().ToJsonString(Plain);

    /// <summary>Reads an envelope, alone or in a <see cref="SigstoreBundle"/>.</summary>
    /// <exception cref="FormatException">It is none, or cut off.</exception>
    public static DsseEnvelope Parse(string text)
    {
        var all = JsonReading.Parse(Encoding.UTF8.GetBytes(text));
        return all["mediaType"] is null ? Parse(all) : SigstoreBundle.Parse(all);
    }

    internal static DsseEnvelope Parse(JsonObject all)
    {
        var envelope = new DsseEnvelope(
            all.Text("payloadType"), all.Bytes("payload"), [.. all.Objects("signatures").Select(one => new DsseSignature(one.FindText("keyid") ?? "", one.Bytes("sig")))]);
        return envelope.Signatures.IsEmpty ? throw new FormatException("`signatures` is empty") : envelope;
    }
}

/// <summary>A signature of an envelope.</summary>
/// <param name="KeyId">A hint which key made it; it is not signed itself.</param>
/// <param name="Value">The signature as the key's algorithm writes it: DER for ECDSA, 64 bytes for Ed25519.</param>
public sealed record DsseSignature(string KeyId, byte[] Value);
