using System.Text.Json.Nodes;
using Monogres.Proof.Json;

namespace Monogres.Proof.Signatures;

/// <summary>
/// An envelope in the form that the verifiers of Sigstore take, version 0.3, for a key pair: the key is hinted at, and who
/// verifies brings it. There is no certificate, no entry in a transparency log and no timestamp, so verifiers must be told to
/// ask for none (https://docs.sigstore.dev/about/bundle/).
/// </summary>
public static class SigstoreBundle
{
    /// <summary>The version of the format that is written.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    // Versions 0.1 and 0.2 called themselves so; the envelope in them is the same.
    private const string Family = "application/vnd.dev.sigstore.bundle";

    /// <summary>The envelope as a bundle, on one line.</summary>
    /// <exception cref="ArgumentException">The envelope has several signatures: a bundle has exactly one.</exception>
    public static JsonObject Of(DsseEnvelope envelope) => envelope.Signatures is not [var signature]
        ? throw new ArgumentException("a bundle has exactly one signature", nameof(envelope))
        : new JsonObject
        {
            ["mediaType"] = MediaType,
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = signature.KeyId }, ["tlogEntries"] = new JsonArray() },
            ["dsseEnvelope"] = envelope.ToJson(),
        };

    /// <summary>The envelope in a bundle.</summary>
    /// <exception cref="FormatException">It is no bundle, or has something else in it.</exception>
    internal static DsseEnvelope Parse(JsonObject all)
    {
        if (!all.Text("mediaType").StartsWith(Family, StringComparison.Ordinal))
            throw new FormatException($"`mediaType` is `{all.Text("mediaType")}`, which is no bundle of Sigstore");

        var envelope = DsseEnvelope.Parse(all.Member("dsseEnvelope"));
        return envelope.Signatures.Length == 1 ? envelope : throw new FormatException("a bundle has exactly one signature");
    }
}
