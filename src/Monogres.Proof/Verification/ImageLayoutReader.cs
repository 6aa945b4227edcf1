using System.Collections.Immutable;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;

namespace Monogres.Proof.Verification;

/// <summary>The images of an OCI layout (https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md) that say what they are.</summary>
internal static class ImageLayoutReader
{
    /// <summary>Bytes that no index, manifest or configuration exceeds.</summary>
    public const int LargestDocument = 1 << 20;

    /// <summary>The file that leads to everything else.</summary>
    public const string Index = "index.json";

    private const string Blobs = "blobs/sha256/";

    /// <summary>Whether a file of a layout may be one of its documents.</summary>
    public static bool MayNeed(string path) => path is Index || path.StartsWith(Blobs, StringComparison.Ordinal);

    /// <summary>The path of a blob.</summary>
    public static string PathOf(OciDescriptor descriptor) => $"{Blobs}{descriptor.ToBlob().Hash}";

    /// <summary>The images, in their order.</summary>
    /// <param name="read">Gives the content of a file by its path; null when it is not there, or too large.</param>
    /// <exception cref="FormatException">What an image says of itself is incomplete.</exception>
    /// <exception cref="System.Text.Json.JsonException">A document is none.</exception>
    public static ImmutableArray<LaidOutImage> Read(Func<string, ReadOnlyMemory<byte>?> read)
    {
        var images = ImmutableArray.CreateBuilder<LaidOutImage>();
        if (read(Index) is { } index)
            Add(OciJson.ReadIndex(index.Span));
        return images.ToImmutable();

        void Add(OciIndex index)
        {
            foreach (var entry in index.Manifests)
            {
                if (read(PathOf(entry)) is not { } document)
                    continue;
                // One image for several platforms is an index of them.
                if (string.Equals(entry.MediaType, OciMediaTypes.Index, StringComparison.Ordinal))
                    Add(OciJson.ReadIndex(document.Span));
                else if (OciJson.ReadManifest(document.Span) is { Annotations: { } said } manifest && PackageIdentity.Read(fact => said.GetValueOrDefault(ImageAnnotations.OfFact(fact))) is { } identity)
                    images.Add(new LaidOutImage(entry, manifest, identity));
            }
        }
    }

    /// <summary>An image as an artifact.</summary>
    public static GivenArtifact ToGiven(LaidOutImage image, string path, ArtifactForm form) => new()
    {
        Path = path,
        Name = ImageArchive.Suffix,
        Form = form,
        Format = image.Identity.ImageFormat ?? "oci",
        Identity = image.Identity,
        ImageDigest = image.Entry.Digest,
    };
}

/// <summary>An image of a layout.</summary>
/// <param name="Entry">Where its manifest is.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Identity">What it says that it is.</param>
internal sealed record LaidOutImage(OciDescriptor Entry, OciManifest Manifest, PackageIdentity Identity);
