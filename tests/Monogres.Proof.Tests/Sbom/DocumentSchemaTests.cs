using System.Text.Json.Nodes;
using Json.Schema;
using Monogres.Packaging.Portable;
using Monogres.Proof.Sbom;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Sbom;

/// <summary>The documents are as their formats have them: the schemas beside this file say it again, with no field that we do not write. The official schemas are asked in <c>tests/trials/sbom.sh</c>.</summary>
public sealed class DocumentSchemaTests
{
    private static readonly PortableList Carried = new()
    {
        Version = PortableList.FormatVersion,
        Target = "tiny",
        Platform = "debian12-amd64",
        Glibc = "2.36",
        Libraries = [new ListedLibrary("lib/libssl.so.3", "libssl.so.3", "libssl3", "3.0.17-1~deb12u2", new string('0', 64))],
        OmittedExtensions = [],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documents_of_a_release_are_known_and_valid()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var (spdx, cyclone) = (SpdxDocument.Write(release.Bill()), CycloneDxDocument.Write(release.Bill()));
        Golden.Match(Readable(spdx), "release.spdx.json");
        Golden.Match(Readable(cyclone), "release.cdx.json");
        Assert.True(IsValid("spdx", JsonNode.Parse(spdx)!, out var problems), problems);
        Assert.True(IsValid("cyclonedx", JsonNode.Parse(cyclone)!, out problems), problems);
    }

    [Fact]
    public async Task What_a_document_points_to_is_in_it()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        foreach (var carried in new[] { null, Carried })
        {
            var bill = release.Bill(carried);
            var ids = bill.Others.Append(bill.Target).Select(component => component.Id).ToList();
            Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
            Assert.Every(bill.Relations, relation => Assert.True(ids.Contains(relation.From) && ids.Contains(relation.To), $"{relation}"));
        }
    }

    [Fact]
    public async Task A_licence_of_its_own_is_declared()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var bill = release.Bill();
        var document = JsonNode.Parse(SpdxDocument.Write(bill with { Target = bill.Target with { License = "MIT AND LicenseRef-Timescale" } }))!;
        Assert.True(IsValid("spdx", document, out var problems), problems);
        Assert.Equal("LicenseRef-Timescale", (string?)document["hasExtractedLicensingInfos"]![0]!["licenseId"]);
    }

    [Fact]
    public async Task Another_content_is_another_document()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var (bill, other) = (release.Bill(), release.Bill() with { Name = "other" });
        Assert.Equal(SpdxDocument.Write(bill), SpdxDocument.Write(release.Bill()));
        Assert.NotEqual((string?)JsonNode.Parse(CycloneDxDocument.Write(bill))!["serialNumber"], (string?)JsonNode.Parse(CycloneDxDocument.Write(bill with { Tool = "monogres 0.2.0" }))!["serialNumber"]);
        Assert.NotEqual((string?)JsonNode.Parse(SpdxDocument.Write(bill))!["documentNamespace"], (string?)JsonNode.Parse(SpdxDocument.Write(other))!["documentNamespace"]);
    }

    [Theory]
    [InlineData("spdx", "spdxVersion", "\"SPDX-2.2\"")]
    [InlineData("spdx", "packages", "[]")]
    [InlineData("spdx", "documentNamespace", "\"urn:x\"")]
    [InlineData("spdx", "comment", "\"\"")]
    [InlineData("cyclonedx", "serialNumber", "\"urn:uuid:0\"")]
    [InlineData("cyclonedx", "components", """[{"type":"library"}]""")]
    [InlineData("cyclonedx", "dependencies", """[{"dependsOn":[]}]""")]
    public async Task What_is_wrong_is_found(string format, string field, string value)
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var document = JsonNode.Parse(format is "spdx" ? SpdxDocument.Write(release.Bill()) : CycloneDxDocument.Write(release.Bill()))!;
        document[field] = JsonNode.Parse(value);
        Assert.False(IsValid(format, document, out _));
    }

    private static string Readable(byte[] document) => JsonNode.Parse(document)!.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static bool IsValid(string format, JsonNode document, out string problems)
    {
        var schema = JsonNode.Parse(ReadSchema(format))!.AsObject();
        schema.Remove("$id");
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(document, new EvaluationOptions { OutputFormat = OutputFormat.List });
        problems = string.Join("; ", (result.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}"));
        return result.IsValid;
    }

    private static string ReadSchema(string format)
    {
        using var reader = new StreamReader(typeof(DocumentSchemaTests).Assembly.GetManifestResourceStream($"{format}.schema.json") ?? throw new InvalidOperationException($"there is no schema of {format}"));
        return reader.ReadToEnd();
    }
}
