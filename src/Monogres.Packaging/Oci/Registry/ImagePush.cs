using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>What became of an image.</summary>
/// <param name="Image">The image, or the index of several.</param>
/// <param name="Sent">How many blobs were sent.</param>
/// <param name="SentBytes">How large these were.</param>
public sealed record PushedImage(OciDescriptor Image, int Sent, long SentBytes);

/// <summary>Pushes a layout: first what images are made of, then the images, and the tags last, so that no tag leads to half an image.</summary>
/// <param name="registry">Where to.</param>
/// <param name="blobs">Has the layout.</param>
public sealed class ImagePush(OciRegistry registry, IBlobStore blobs)
{
    /// <summary>Pushes the image of a layout, or the index of several.</summary>
    /// <param name="layout">The tree of the layout.</param>
    /// <param name="repository">Where.</param>
    /// <param name="tags">What it is called there; by its digest alone when there are none.</param>
    /// <param name="mountFrom">Another repository of the registry that may have some of the blobs; null when none is known.</param>
    /// <param name="cancel">Stops; what was sent stays, and is not sent again.</param>
    /// <exception cref="UserErrorException">The registry cannot be reached, or refuses.</exception>
    /// <exception cref="BlobMissingException">A part of the layout is lost.</exception>
    public async Task<PushedImage> PushAsync(Digest layout, string repository, ImmutableArray<string> tags, string? mountFrom, CancellationToken cancel)
    {
        var (entry, _) = await LayoutTree.ReadAsync(blobs, layout, cancel);
        var content = await blobs.ReadAllAsync(entry.ToBlob(), cancel);
        var isIndex = string.Equals(entry.MediaType, OciMediaTypes.Index, StringComparison.Ordinal);
        var images = isIndex ? OciJson.ReadIndex(content).Manifests : [entry];
        var (sent, bytes) = (0, 0L);
        foreach (var image in images)
        {
            // An image is there only when everything that it leads to is.
            if (await registry.HasManifestAsync(repository, image, cancel))
                continue;

            var manifest = await blobs.ReadAllAsync(image.ToBlob(), cancel);
            var read = OciJson.ReadManifest(manifest);
            var parts = read.Layers.Append(read.Config).Select(part => part.ToBlob()).Distinct();
            await Parallel.ForEachAsync(parts, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = registry.Options.Parallel }, async (blob, each) =>
            {
                if (await registry.PutBlobAsync(repository, blob, blobs, mountFrom, each) != BlobTransfer.Sent)
                    return;

                Interlocked.Increment(ref sent);
                Interlocked.Add(ref bytes, blob.Size);
            });
            await registry.PutManifestAsync(repository, image.Digest, image, manifest, cancel);
        }

        if (tags.IsEmpty && isIndex)
            await registry.PutManifestAsync(repository, entry.Digest, entry, content, cancel);
        foreach (var tag in tags)
            await registry.PutManifestAsync(repository, tag, entry, content, cancel);
        return new PushedImage(entry, sent, bytes);
    }
}
