using System.Text.Json.Nodes;
using Monogres.Proof.Json;

namespace Monogres.Proof.Sbom;

/// <summary>A bill of materials as CycloneDX 1.6 in JSON (ECMA-424, https://cyclonedx.org/docs/1.6/json/).</summary>
public static class CycloneDxDocument
{
    /// <summary>The document, canonical, with a final line end.</summary>
    public static byte[] Write(BillOfMaterials bill)
    {
        var tool = bill.Tool.Split(' ', 2);
        var needed = bill.Relations.ToLookup(relation => relation.From, relation => relation.To, StringComparer.Ordinal);
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = Times.Of(bill.Created),
                ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = tool[0], ["version"] = tool[^1] }) },
                ["component"] = ComponentOf(bill.Target),
            },
            ["components"] = new JsonArray([.. bill.Others.Select(ComponentOf)]),
            ["dependencies"] = new JsonArray([.. bill.Others.Append(bill.Target).OrderBy(component => component.Id, StringComparer.Ordinal).Select(component => (JsonNode)DependenciesOf(component, needed[component.Id]))]),
        };

        // The body without it: the same content is the same document.
        document["serialNumber"] = $"urn:uuid:{NamedUuid.Of(CanonicalJson.Write(document))}";
        return [.. CanonicalJson.Write(document), (byte)'\n'];
    }

    private static JsonNode ComponentOf(Component component)
    {
        var node = new JsonObject
        {
            ["type"] = component.Kind switch
            {
                ComponentKind.Target or ComponentKind.Required => "application",
                ComponentKind.Package => "library",
                _ => "file",
            },
            ["bom-ref"] = component.Id,
            ["name"] = component.Name,
        };
        if (component.Version is { } version)
            node["version"] = version;
        if (component.Supplier is { } supplier)
            node["supplier"] = new JsonObject { ["name"] = supplier };
        if (component.Summary is { } summary)
            node["description"] = summary;
        if (component.Sha256 is { } sha256)
            node["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = sha256.ToString() });
        if (component.License is { } license)
            node["licenses"] = new JsonArray(new JsonObject { ["expression"] = license });
        if (component.Cpe is { } cpe)
            node["cpe"] = cpe;
        if (component.Urls is [var url, ..])
            node["purl"] = url;
        if (References(component) is { Count: > 0 } references)
            node["externalReferences"] = references;
        return node;
    }

    private static JsonArray References(Component component) =>
    [
        .. component.Homepage is { } homepage ? (JsonNode[])[new JsonObject { ["type"] = "website", ["url"] = homepage.AbsoluteUri }] : [],
        .. component.Place is { } place ? (JsonNode[])[new JsonObject { ["type"] = "distribution", ["url"] = place }] : [],
    ];

    /// <summary>The format has one kind of edge: what holds another component, or was made from it, depends on it too.</summary>
    private static JsonObject DependenciesOf(Component component, IEnumerable<string> needed)
    {
        var node = new JsonObject { ["ref"] = component.Id };
        JsonNode[] all = [.. needed.Distinct(StringComparer.Ordinal).Select(to => (JsonNode)to)];
        if (all.Length > 0)
            node["dependsOn"] = new JsonArray(all);
        return node;
    }
}
