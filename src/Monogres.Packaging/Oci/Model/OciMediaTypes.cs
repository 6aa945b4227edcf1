namespace Monogres.Packaging.Oci.Model;

/// <summary>The media types of the OCI image specification 1.1 that are written here: https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md.</summary>
public static class OciMediaTypes
{
    /// <summary>Several images, one for each platform; also the entry of a layout.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>One image: its configuration and its layers.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>The configuration of an image.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>A layer as it is.</summary>
    public const string Layer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>A layer that is compressed with gzip.</summary>
    public const string GzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>A layer that is compressed with Zstandard.</summary>
    public const string ZstdLayer = "application/vnd.oci.image.layer.v1.tar+zstd";
}
