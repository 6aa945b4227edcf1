using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Build.Matrix;
using Monogres.Core;

namespace Monogres.Build.Records;

/// <summary>How what was built is written down: manifests and the table of the matrix. Unknown, missing and null fields are refused when they are read back.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DigestConverter)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TargetManifest))]
[JsonSerializable(typeof(MatrixTable))]
internal sealed partial class RecordsJson : JsonSerializerContext
{
    /// <summary>For files that people read and search: <c>postgres@15.18+minimal</c>, where the default, made for text inside web pages, has <c>\u002B</c>.</summary>
    public static RecordsJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>For programs that read lines.</summary>
    public static RecordsJson InOneLine => field ??= new(new JsonSerializerOptions(Readable.Options) { WriteIndented = false });
}

/// <summary>A digest as <c>hash/size</c> in JSON.</summary>
public sealed class DigestConverter : JsonConverter<Digest>
{
    /// <inheritdoc/>
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("a digest is written hash/size");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
