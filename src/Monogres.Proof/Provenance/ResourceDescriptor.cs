using System.Text.Json.Nodes;
using Monogres.Core;

namespace Monogres.Proof.Provenance;

/// <summary>Something that went into a build (https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md).</summary>
internal static class ResourceDescriptor
{
    /// <summary>A descriptor.</summary>
    /// <param name="name">What it is called where it is used.</param>
    /// <param name="sha256">Its content.</param>
    /// <param name="uri">Which thing it is, everywhere: a package URL; or null.</param>
    /// <param name="places">Where the same bytes can be had, the first place to try first.</param>
    public static JsonObject Of(string name, Sha256Hash sha256, string? uri = null, params IEnumerable<string> places)
    {
        var descriptor = new JsonObject { ["name"] = name, ["digest"] = DigestSet(sha256) };
        if (uri is not null)
            descriptor["uri"] = uri;

        string[] all = [.. places];
        if (all.Length > 0)
            descriptor["downloadLocation"] = all[0];
        if (all.Length > 1)
            descriptor["annotations"] = new JsonObject { ["places"] = new JsonArray([.. all.Select(place => (JsonNode)place)]) };
        return descriptor;
    }

    /// <summary>A digest by the name of its algorithm.</summary>
    public static JsonObject DigestSet(Sha256Hash sha256) => new() { ["sha256"] = sha256.ToString() };
}
