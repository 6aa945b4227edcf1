using System.Text.Json;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Packaging.Oci.Images;

/// <summary>An image in a file, as <see cref="LayoutArchive"/> writes it.</summary>
/// <param name="File">The file.</param>
/// <param name="Layout">The tree of its layout, which is in the store.</param>
/// <param name="Name">What it is called.</param>
/// <param name="License">The licences of what is in it as an SPDX expression; null when they are not known.</param>
public sealed record ImageArchive(string File, Digest Layout, ImageName Name, string? License)
{
    /// <summary>How the names of such files end.</summary>
    public const string Suffix = ".oci.tar";

    /// <summary>Reads a file into a store. Every blob is compared with its name, and nothing that the image is made of may be missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="store">Gets the layout.</param>
    /// <param name="cancel">Stops; blobs that were stored stay.</param>
    /// <exception cref="UserErrorException">The file cannot be read, is damaged, or is no image that says what it is called.</exception>
    public static async Task<ImageArchive> ReadAsync(string file, IIngestingBlobStore store, CancellationToken cancel)
    {
        try
        {
            await using var tar = System.IO.File.OpenRead(file);
            var layout = (await new TarTree(store, ArchiveLimits.Default, IngestOptions.Alone).ReadAsync(tar, TarRules.AsIs, cancel)).Root;
            var (entry, blobs) = await LayoutTree.ReadAsync(store, layout, cancel);
            return await ReadAsync(file, layout, entry, [.. blobs], store, cancel);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableFile(file, trouble);
        }
        catch (Exception damage) when (damage is ArchiveException or JsonException or FormatException or InvalidOperationException)
        {
            throw OciErrors.NotAnImage(file, damage.Message, damage);
        }
    }

    private static async Task<ImageArchive> ReadAsync(string file, Digest layout, OciDescriptor entry, HashSet<Digest> blobs, IBlobStore store, CancellationToken cancel)
    {
        if (NameOf(entry) is not { } name)
            throw OciErrors.NotAnImage(file, "its `index.json` does not say what the image is called", inner: null);
        if (!string.Equals(entry.MediaType, OciMediaTypes.Manifest, StringComparison.Ordinal) || !blobs.Contains(entry.ToBlob()))
            throw OciErrors.NotAnImage(file, "its `index.json` leads to no image in it", inner: null);

        var manifest = OciJson.ReadManifest(await store.ReadAllAsync(entry.ToBlob(), cancel));
        if (manifest.Layers.Append(manifest.Config).FirstOrDefault(part => !blobs.Contains(part.ToBlob())) is { } missing)
            throw OciErrors.NotAnImage(file, $"it lacks {missing.Digest}, or has something else in its place", inner: null);
        return new ImageArchive(file, layout, name, manifest.Annotations?.GetValueOrDefault(ImageAnnotations.LicenseExpression));
    }

    private static ImageName? NameOf(OciDescriptor entry) => entry.Annotations is { } said
        && said.TryGetValue(ImageAnnotations.Project, out var text) && ProjectName.TryParse(text, out var project)
        && said.TryGetValue(ImageAnnotations.RefName, out var tag) && ImageNames.IsTag(tag) && said.TryGetValue(ImageAnnotations.ShortTag, out var shortTag) && ImageNames.IsTag(shortTag)
        ? new ImageName(project, tag, shortTag)
        : null;
}
