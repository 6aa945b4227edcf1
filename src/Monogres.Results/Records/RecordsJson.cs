using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;

namespace Monogres.Results.Records;

/// <summary>How records are written. Unknown, missing and null fields are refused when they are read back.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DigestConverter)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TargetManifest))]
[JsonSerializable(typeof(PackageClosure))]
[JsonSerializable(typeof(TargetRun))]
internal sealed partial class RecordsJson : JsonSerializerContext
{
    /// <summary>For files that people read and search: <c>postgres@15.18+minimal</c>, where the default, made for text inside web pages, has <c>\u002B</c>.</summary>
    public static RecordsJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>For files with one record a line.</summary>
    public static RecordsJson InOneLine => field ??= new(new JsonSerializerOptions(Readable.Options) { WriteIndented = false });
}
