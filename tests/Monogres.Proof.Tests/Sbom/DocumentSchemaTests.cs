using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Json.Schema;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Proof.Sbom;
using Monogres.Results.Records;
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
    public async Task The_image_of_a_server_holds_its_extensions_and_what_they_run_with()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var (server, ssl) = (release.Target.Server, release.Platform.Runtime.Single(package => package.Name is "libssl3"));
        const string Image = "postgres-15.18-minimal-debian12-amd64-with-tiny-1.0.oci.tar";
        var file = new RecordedFile(Image, new string('1', 64), 1) { With = ["tiny@1.0"] };
        var manifest = release.Manifest with { Files = [file, file with { Name = "postgres-15.18-minimal-debian12-amd64.oci.tar", With = null }], Recipe = release.Manifest.Recipe with { SourceFiles = [] } };
        var facts = SmallRelease.Facts with { Included = ImmutableDictionary<string, (Target, ImmutableArray<LockedPackage>)>.Empty.Add("tiny@1.0", (release.Target, [ssl])) };
        var bill = new TargetMaterials(server, manifest, release.Platform with { Runtime = [.. release.Platform.Runtime.Where(package => package.Name is "libc6")] }, facts).ToBill();

        var artifact = bill.Others.Single(component => component.Name is Image);
        Assert.Equal(["package-libc6", "package-libssl3", "required-tiny"], bill.Relations.Where(one => one.From == artifact.Id && one.Kind is RelationKind.Contains).Select(one => one.To));
        Assert.Equal("Apache-2.0 AND LicenseRef-debian-libssl3-odd", bill.Others.Single(component => component.Name is "libssl3").License);
        Assert.Contains(new Relation("package-libssl3", RelationKind.DependsOn, "package-libc6"), bill.Relations);
        Assert.Equal(["package-libc6"], bill.Relations.Where(one => one.From == artifact.Id.Replace("-with-tiny-1.0", "", StringComparison.Ordinal) && one.Kind is RelationKind.Contains).Select(one => one.To));
    }

    /// <summary>Supplier, name, version, another identifier, relations, who wrote the document and when: https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom.</summary>
    [Fact]
    public async Task The_minimum_elements_of_the_NTIA_are_there_for_every_component()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var bill = release.Bill(Carried);
        var spdx = JsonNode.Parse(SpdxDocument.Write(bill))!;
        Assert.Every(spdx["packages"]!.AsArray(), package => Assert.True(
            package!["name"] is not null && package["versionInfo"] is not null && ((string)package["supplier"]!).StartsWith("Organization: ", StringComparison.Ordinal)
            && (package["checksums"] ?? package["externalRefs"]) is not null, package.ToJsonString()));
        Assert.True(spdx["creationInfo"]!["creators"]!.AsArray().Count > 0 && spdx["creationInfo"]!["created"] is not null);
        var cyclone = JsonNode.Parse(CycloneDxDocument.Write(bill))!;
        Assert.Every(cyclone["components"]!.AsArray().Append(cyclone["metadata"]!["component"]), component => Assert.True(
            component!["name"] is not null && component["version"] is not null && component["supplier"]?["name"] is not null && (component["purl"] ?? component["hashes"]) is not null, component.ToJsonString()));
        Assert.Equal(bill.Others.Length + 1, cyclone["dependencies"]!.AsArray().Count);
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
