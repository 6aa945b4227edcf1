using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Store;

namespace Monogres.Packaging.Portable;

/// <summary>What a portable tree carries: the file <c>share/doc/third-party/PROJECT.json</c> in it.</summary>
public sealed record PortableList
{
    /// <summary>The only version of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The target.</summary>
    public required string Target { get; init; }

    /// <summary>The platform whose libraries it carries.</summary>
    public required string Platform { get; init; }

    /// <summary>The oldest release of the GNU C library that it runs with, <c>2.30</c>; null when nothing in it needs any.</summary>
    public required string? Glibc { get; init; }

    /// <summary>The libraries, sorted by their files.</summary>
    public required ImmutableArray<ListedLibrary> Libraries { get; init; }

    /// <summary>The extensions that were omitted, because they need the files of an interpreter; sorted.</summary>
    public required ImmutableArray<string> OmittedExtensions { get; init; }

    /// <summary>For those who will run the tree: where it runs, and what is not in it.</summary>
    [JsonIgnore]
    public string Summary => $"runs with {(Glibc is null ? "any glibc" : $"glibc {Glibc} or newer")}, carries {Libraries.Length} {(Libraries.Length == 1 ? "library" : "libraries")} of {Platform}"
        + (OmittedExtensions.IsEmpty ? "" : $"; omitted, because they need the files of an interpreter: {string.Join(", ", OmittedExtensions)}");

    // Names of targets have a plus sign, which is to be read as such.
    private static readonly PortableListJson Format = new(new JsonSerializerOptions(PortableListJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Format.PortableList), (byte)'\n'];

    /// <summary>Reads the list of a project from the tree that <see cref="PortableTree"/> gave.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    public static async Task<PortableList> ReadAsync(IBlobStore blobs, Digest tree, RelativePath prefix, ProjectName project, CancellationToken cancel)
    {
        var path = prefix.Combine(PortableLayout.ListOf(project.Value));
        var file = await new TreeFiles(blobs).FindFileAsync(tree, path, cancel) ?? throw new InvalidOperationException($"the portable tree has no `{path}`");
        return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file, cancel), PortableListJson.Default.PortableList) ?? throw new InvalidOperationException($"`{path}` of the portable tree is empty");
    }
}

/// <summary>A library in the list.</summary>
/// <param name="File">Where it is, relative to the directory that was unpacked.</param>
/// <param name="Soname">The name that the platform has it under.</param>
/// <param name="Package">The package that it was taken from.</param>
/// <param name="PackageVersion">The version of the package.</param>
/// <param name="Sha256">The digest of the file as the package has it.</param>
public sealed record ListedLibrary(string File, string Soname, string Package, string PackageVersion, string Sha256);

/// <summary>How the list is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(PortableList))]
internal sealed partial class PortableListJson : JsonSerializerContext;
