using System.Text.Json.Nodes;
using Json.Schema;
using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Model;

/// <summary>The documents are as the specification has them: <c>oci-image.schema.json</c> says it again, with no field that it does not name.</summary>
public sealed class OciSchemaTests
{
    private const string Name = "oci-image.schema.json";

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_document_of_an_image_for_two_architectures_is_as_the_specification_has_it()
    {
        var layout = await new PlatformsLayout(SmallImage.Name)
            .OfAsync(_blobs, Cancel, await SmallImage.PutAsync(_blobs, Cancel), await SmallImage.PutAsync(_blobs, Cancel, "arm64", extension: "a library"));
        var kinds = new List<string>();
        await foreach (var entry in TreeWalk.EntriesAsync(_blobs, layout, Cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;
            var content = await _blobs.ReadAllAsync(file.Content, Cancel);
            if (content is not [(byte)'{', ..])
                continue;

            var document = JsonNode.Parse(content)!;
            kinds.Add(KindOf(document));
            Assert.True(IsValid(kinds[^1], document, out var problems), $"{file.Path}: {problems}\n{document}");
        }

        Assert.Equal(["config", "config", "index", "index", "layout", "manifest", "manifest"], kinds.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("manifest", """{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:1","size":1},"layers":[]}""")]
    [InlineData("index", """{"schemaVersion":1,"manifests":[]}""")]
    [InlineData("config", """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diffIds":[]}}""")]
    [InlineData("config", """{"architecture":"amd64","os":"linux","config":{"env":[]},"rootfs":{"type":"layers","diff_ids":[]}}""")]
    [InlineData("layout", """{"imageLayoutVersion":"1.1"}""")]
    public void What_is_wrong_is_found(string kind, string document) => Assert.False(IsValid(kind, JsonNode.Parse(document)!, out _));

    private static string KindOf(JsonNode document) => (string?)document["mediaType"] switch
    {
        OciMediaTypes.Manifest => "manifest",
        OciMediaTypes.Index => "index",
        _ => document["imageLayoutVersion"] is null ? "config" : "layout",
    };

    private static bool IsValid(string kind, JsonNode document, out string problems)
    {
        var all = JsonNode.Parse(ReadSchema())!.AsObject();
        all["$ref"] = $"#/$defs/{kind}";
        all.Remove("$id");
        var result = JsonSchema.FromText(all.ToJsonString()).Evaluate(document, new EvaluationOptions { OutputFormat = OutputFormat.List });
        problems = string.Join("; ", (result.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}"));
        return result.IsValid;
    }

    private static string ReadSchema()
    {
        using var reader = new StreamReader(typeof(OciSchemaTests).Assembly.GetManifestResourceStream(Name) ?? throw new InvalidOperationException($"`{Name}` is not in the assembly"));
        return reader.ReadToEnd();
    }
}
