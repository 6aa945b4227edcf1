using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>What is said of an image, besides its layers.</summary>
public sealed record ImageDescription
{
    /// <summary>What it is called.</summary>
    public required ImageName Name { get; init; }

    /// <summary>What it runs on, as Debian names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>The time of the source.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>What a container is started with; without labels.</summary>
    public required OciContainerConfig Container { get; init; }

    /// <summary>Facts, which become annotations and labels. Added are the time, and the digest of the payload.</summary>
    public required ImmutableSortedDictionary<string, string> Annotations { get; init; }

    /// <summary>What is in each layer, the lowest first, for people.</summary>
    public required ImmutableArray<string> Layers { get; init; }

    /// <summary>For the image of an extension: how the version of its SQL is found, which becomes an annotation and a label; null for others.</summary>
    public SqlVersion? SqlVersion { get; init; }
}

/// <summary>
/// An image as a layout: <c>oci-layout</c>, <c>index.json</c> and the blobs by digest. Its inputs are the payload that the
/// image is named after, then each layer, the lowest first: its archive, and the same compressed. No layer is read, since the
/// digests are in the trees.
/// </summary>
/// <param name="image">What is said of it.</param>
public sealed class ImageLayout(ImageDescription image) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) =>
        key.Add("oci image 2").Add(image.Name.Project.Value).Add(image.Name.Tag).Add(image.Name.ShortTag).Add($"{image.SqlVersion}").Add(Encoding.UTF8.GetString(OciJson.Write(ConfigOf(image.Annotations, [])))).Add(image.Layers);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        if (inputs.Length != 1 + (2 * image.Layers.Length))
            throw new InvalidOperationException($"{image.Layers.Length} layers are described, and there are {inputs.Length - 1} trees of layers");

        var (archives, layers) = (ImmutableArray.CreateBuilder<Digest>(), ImmutableArray.CreateBuilder<OciDescriptor>());
        for (var i = 1; i < inputs.Length; i += 2)
        {
            archives.Add((await LayerArchive.FindAsync(store.Blobs, inputs[i].Tree, cancel)).Content);
            var stored = await LayerArchive.FindAsync(store.Blobs, inputs[i + 1].Tree, cancel);
            layers.Add(OciDescriptor.Of(MediaTypeOf(stored.Path.Name), stored.Content));
        }

        var annotations = image.Annotations
            .SetItem(ImageAnnotations.Created, OciConfig.TextOf(image.SourceDate))
            .SetItem(ImageAnnotations.Payload, inputs[0].Tree.ToString());
        if (image.SqlVersion is { } sql && await sql.FindAsync(store.Blobs, inputs[0].Tree, cancel) is { } version)
            annotations = annotations.SetItem(ImageAnnotations.SqlVersion, version);
        var config = await store.Blobs.PutAsync(OciJson.Write(ConfigOf(annotations, archives.ToImmutable())), cancel);
        var manifest = await store.Blobs.PutAsync(OciJson.Write(new OciManifest
        {
            Config = OciDescriptor.Of(OciMediaTypes.Config, config),
            Layers = layers.ToImmutable(),
            Annotations = annotations,
        }), cancel);

        var entry = OciDescriptor.Of(OciMediaTypes.Manifest, manifest) with { Platform = OciPlatform.Linux(image.Architecture) };
        return await LayoutTree.WriteAsync(store.Blobs, entry, image.Name, [config, manifest, .. layers.Select(layer => layer.ToBlob())], cancel);
    }

    private OciConfig ConfigOf(ImmutableSortedDictionary<string, string> labels, ImmutableArray<Digest> archives)
    {
        var created = OciConfig.TextOf(image.SourceDate);
        return new OciConfig
        {
            Created = created,
            Architecture = image.Architecture,
            Config = image.Container with { Labels = labels },
            Rootfs = new OciRootFs { DiffIds = [.. archives.Select(OciDescriptor.TextOf)] },
            History = [.. image.Layers.Select(layer => new OciHistory { Created = created, CreatedBy = layer })],
        };
    }

    private static string MediaTypeOf(string file) => Path.GetExtension(file) switch
    {
        ".gz" => OciMediaTypes.GzipLayer,
        ".zst" => OciMediaTypes.ZstdLayer,
        ".tar" => OciMediaTypes.Layer,
        _ => throw new InvalidOperationException($"`{file}` is not compressed as a layer can be"),
    };
}
