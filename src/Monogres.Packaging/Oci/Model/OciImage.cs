using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Model;

/// <summary>Where some content is, what it is, and of which size: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md.</summary>
public sealed record OciDescriptor
{
    private const string Algorithm = "sha256:";

    /// <summary>What the content is.</summary>
    public required string MediaType { get; init; }

    /// <summary>Its digest, with the algorithm before it.</summary>
    public required string Digest { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The platform of an image in an index.</summary>
    public OciPlatform? Platform { get; init; }

    /// <summary>Facts about the content, sorted.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>Describes a blob of the store.</summary>
    public static OciDescriptor Of(string mediaType, Digest blob) => new() { MediaType = mediaType, Digest = TextOf(blob), Size = blob.Size };

    /// <summary>A digest as OCI documents have it, <c>sha256:…</c>.</summary>
    public static string TextOf(Digest blob) => $"{Algorithm}{blob.Hash}";

    /// <summary>The blob of the store that is described.</summary>
    /// <exception cref="FormatException">It is not named by a SHA-256.</exception>
    public Digest ToBlob() => Digest.StartsWith(Algorithm, StringComparison.Ordinal)
        ? new Digest(Sha256Hash.Parse(Digest[Algorithm.Length..]), Size)
        : throw new FormatException($"`{Digest}` is not a SHA-256 digest");
}

/// <summary>What an image runs on.</summary>
/// <param name="Architecture">As the language Go names it, which is as Debian does: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Os">The operating system, <c>linux</c>.</param>
public sealed record OciPlatform(string Architecture, string Os)
{
    /// <summary>Linux on an architecture.</summary>
    public static OciPlatform Linux(string architecture) => new(architecture, "linux");
}

/// <summary>One image: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md.</summary>
public sealed record OciManifest
{
    /// <summary>The version of the format.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>What this document is.</summary>
    public string MediaType { get; init; } = OciMediaTypes.Manifest;

    /// <summary>The configuration.</summary>
    public required OciDescriptor Config { get; init; }

    /// <summary>The layers as they are stored and sent, the lowest first.</summary>
    public required ImmutableArray<OciDescriptor> Layers { get; init; }

    /// <summary>Facts about the image, sorted.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }
}

/// <summary>Several images, or other indexes: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md.</summary>
public sealed record OciIndex
{
    /// <summary>The version of the format.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>What this document is.</summary>
    public string MediaType { get; init; } = OciMediaTypes.Index;

    /// <summary>What it leads to.</summary>
    public required ImmutableArray<OciDescriptor> Manifests { get; init; }

    /// <summary>Facts about the whole, sorted.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }
}

/// <summary>What says that a directory is a layout: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md.</summary>
public sealed record OciLayout
{
    /// <summary>The version of the layout.</summary>
    public string ImageLayoutVersion { get; init; } = "1.0.0";
}

/// <summary>The configuration of an image: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md.</summary>
public sealed record OciConfig
{
    /// <summary>When the image was made: the time of the source, <c>2023-11-14T22:13:20Z</c>.</summary>
    public required string Created { get; init; }

    /// <summary>The architecture, as in <see cref="OciPlatform"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The operating system.</summary>
    public string Os { get; init; } = "linux";

    /// <summary>What a container is started with.</summary>
    public required OciContainerConfig Config { get; init; }

    /// <summary>The layers before they are compressed.</summary>
    public required OciRootFs Rootfs { get; init; }

    /// <summary>How each layer was made.</summary>
    public required ImmutableArray<OciHistory> History { get; init; }

    /// <summary>A time as configurations and annotations have it.</summary>
    public static string TextOf(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The layers before they are compressed.</summary>
public sealed record OciRootFs
{
    /// <summary>What they are.</summary>
    public string Type { get; init; } = "layers";

    /// <summary>The digest of each archive, the lowest first.</summary>
    [JsonPropertyName("diff_ids")]
    public required ImmutableArray<string> DiffIds { get; init; }
}

/// <summary>How a layer was made.</summary>
public sealed record OciHistory
{
    /// <summary>The time of the source.</summary>
    public required string Created { get; init; }

    /// <summary>What is in it.</summary>
    [JsonPropertyName("created_by")]
    public required string CreatedBy { get; init; }
}

/// <summary>What a container is started with. Its fields begin with a capital, unlike all others.</summary>
public sealed record OciContainerConfig
{
    /// <summary>The user, by name or number; null for root.</summary>
    [JsonPropertyName("User")]
    public string? User { get; init; }

    /// <summary>The ports that are listened on, <c>5432/tcp</c>.</summary>
    [JsonPropertyName("ExposedPorts")]
    public ImmutableSortedDictionary<string, OciNothing>? ExposedPorts { get; init; }

    /// <summary>The environment, <c>NAME=value</c>.</summary>
    [JsonPropertyName("Env")]
    public ImmutableArray<string>? Env { get; init; }

    /// <summary>What is started.</summary>
    [JsonPropertyName("Entrypoint")]
    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>What that is given when nothing else is.</summary>
    [JsonPropertyName("Cmd")]
    public ImmutableArray<string>? Cmd { get; init; }

    /// <summary>Directories whose content outlives a container.</summary>
    [JsonPropertyName("Volumes")]
    public ImmutableSortedDictionary<string, OciNothing>? Volumes { get; init; }

    /// <summary>Where it is started.</summary>
    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    /// <summary>Facts about the image, sorted; the same as the annotations of the manifest.</summary>
    [JsonPropertyName("Labels")]
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>The signal that asks it to stop.</summary>
    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }
}

/// <summary>An object without fields: the values of a set.</summary>
public sealed record OciNothing;
