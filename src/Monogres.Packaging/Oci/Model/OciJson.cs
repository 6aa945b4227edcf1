using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Monogres.Packaging.Oci.Model;

/// <summary>
/// The one form that a document has, since its digest is its name: fields in the order of the records, no white space, maps
/// sorted by the UTF-16 units of their keys, no field for what is not there, no escape that JSON does not ask for except
/// those of characters outside of the basic plane.
/// </summary>
public static class OciJson
{
    /// <summary>The bytes of a manifest.</summary>
    public static byte[] Write(OciManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Canonical.OciManifest);

    /// <summary>The bytes of an index.</summary>
    public static byte[] Write(OciIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Canonical.OciIndex);

    /// <summary>The bytes of a configuration.</summary>
    public static byte[] Write(OciConfig config) => JsonSerializer.SerializeToUtf8Bytes(config, OciJsonContext.Canonical.OciConfig);

    /// <summary>The bytes of what marks a layout.</summary>
    public static byte[] Write(OciLayout layout) => JsonSerializer.SerializeToUtf8Bytes(layout, OciJsonContext.Canonical.OciLayout);

    /// <summary>Reads an index.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static OciIndex ReadIndex(ReadOnlySpan<byte> json) => Read(json, OciJsonContext.Canonical.OciIndex);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static OciManifest ReadManifest(ReadOnlySpan<byte> json) => Read(json, OciJsonContext.Canonical.OciManifest);

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static OciConfig ReadConfig(ReadOnlySpan<byte> json) => Read(json, OciJsonContext.Canonical.OciConfig);

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type) ?? throw new JsonException("an object was expected");
}

/// <summary>How the documents are read and written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciConfig))]
[JsonSerializable(typeof(OciLayout))]
internal sealed partial class OciJsonContext : JsonSerializerContext
{
    // The default escapes the `+` of a media type, too.
    public static OciJsonContext Canonical => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
