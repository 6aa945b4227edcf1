using System.Text.Json;
using System.Text.Json.Serialization;

namespace Monogres.Core;

/// <summary>A digest as <c>hash/size</c> in JSON.</summary>
public sealed class DigestConverter : JsonConverter<Digest>
{
    /// <inheritdoc/>
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("a digest is written hash/size");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
