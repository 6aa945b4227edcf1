using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Monogres.Proof.Json;

namespace Monogres.Proof.Sbom;

/// <summary>A bill of materials as SPDX 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/).</summary>
public static partial class SpdxDocument
{
    private const string NotKnown = "NOASSERTION", Document = "SPDXRef-DOCUMENT";

    /// <summary>The document, canonical, with a final line end.</summary>
    public static byte[] Write(BillOfMaterials bill)
    {
        var document = new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = Document,
            ["name"] = bill.Name,
            ["creationInfo"] = new JsonObject { ["created"] = Times.Of(bill.Created), ["creators"] = new JsonArray($"Tool: {bill.Tool.Replace(' ', '-')}") },
            ["packages"] = new JsonArray([PackageOf(bill.Target), .. bill.Others.Select(PackageOf)]),
            ["relationships"] = new JsonArray(
            [
                Relationship(Document, "DESCRIBES", RefOf(bill.Target.Id)),
                .. bill.Relations.Select(relation => Relationship(RefOf(relation.From), TypeOf(relation.Kind), RefOf(relation.To))),
            ]),
        };
        if (OwnLicences(bill) is { Count: > 0 } own)
            document["hasExtractedLicensingInfos"] = own;
        document["documentNamespace"] = $"https://spdx.org/spdxdocs/{bill.Name}-{NamedUuid.Of(CanonicalJson.Write(document))}";
        return [.. CanonicalJson.Write(document), (byte)'\n'];
    }

    /// <summary>The identifier of a component in the document.</summary>
    internal static string RefOf(string id) => $"SPDXRef-{id}";

    /// <summary>What the format calls a relation.</summary>
    internal static string TypeOf(RelationKind kind) => kind switch
    {
        RelationKind.Contains => "CONTAINS",
        RelationKind.DependsOn => "DEPENDS_ON",
        _ => "GENERATED_FROM",
    };

    private static JsonNode PackageOf(Component component)
    {
        var package = new JsonObject
        {
            ["SPDXID"] = RefOf(component.Id),
            ["name"] = component.Name,
            ["supplier"] = component.Supplier is { } supplier ? $"Organization: {supplier}" : NotKnown,
            ["downloadLocation"] = component.Place ?? NotKnown,
            ["filesAnalyzed"] = false,
            ["licenseConcluded"] = NotKnown,
            ["licenseDeclared"] = component.License ?? NotKnown,
            ["copyrightText"] = NotKnown,
            ["primaryPackagePurpose"] = component.Kind switch
            {
                ComponentKind.Target or ComponentKind.Required => "APPLICATION",
                ComponentKind.Artifact => "ARCHIVE",
                ComponentKind.Source => "SOURCE",
                _ => "LIBRARY",
            },
        };
        if (component.Version is { } version)
            package["versionInfo"] = version;
        if (component.Kind is ComponentKind.Artifact)
            package["packageFileName"] = component.Name;
        if (component.Homepage is { } homepage)
            package["homepage"] = homepage.AbsoluteUri;
        if (component.Summary is { } summary)
            package["summary"] = summary;
        if (component.Sha256 is { } sha256)
            package["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = "SHA256", ["checksumValue"] = sha256.ToString() });
        if (References(component) is { Count: > 0 } references)
            package["externalRefs"] = references;
        return package;
    }

    private static JsonArray References(Component component) =>
    [
        .. component.Urls.Select(url => (JsonNode)Reference("PACKAGE-MANAGER", "purl", url)),
        .. component.Cpe is { } cpe ? (JsonNode[])[Reference("SECURITY", "cpe23Type", cpe)] : [],
    ];

    private static JsonObject Reference(string category, string type, string locator) => new JsonObject { ["referenceCategory"] = category, ["referenceType"] = type, ["referenceLocator"] = locator };

    private static JsonObject Relationship(string from, string type, string to) => new JsonObject { ["spdxElementId"] = from, ["relationshipType"] = type, ["relatedSpdxElement"] = to };

    /// <summary>Licences that are not on SPDX's list must be in the document; their texts are in the artifacts.</summary>
    private static JsonArray OwnLicences(BillOfMaterials bill) =>
    [
        .. bill.Others.Append(bill.Target).SelectMany(component => OwnLicence().Matches(component.License ?? "").Select(match => match.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => (JsonNode)new JsonObject { ["licenseId"] = id, ["name"] = id["LicenseRef-".Length..], ["extractedText"] = "The text is in the files of the package." }),
    ];

    [GeneratedRegex("LicenseRef-[A-Za-z0-9.-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnLicence();
}
