using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Platforms.Packages;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Provenance;
using Monogres.Store.Archives;

namespace Monogres.Proof.Verification;

/// <summary>What a file says of itself, whatever it is called: packages in their headers, archives in a file that they hold, images in their annotations.</summary>
internal static partial class IdentityReader
{
    private const int LargestIdentity = 64 << 10;

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It is damaged, or says nothing.</exception>
    public static async Task<GivenArtifact> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            var content = new FileContent(file);
            var head = await ContentFormats.HeadAsync(content, cancel);
            var compression = CompressionMagic.Detect(head.Span);
            if (compression != Compression.None)
                head = await ContentFormats.HeadAsync(new DecompressedContent(content, compression), cancel);
            var found = (ContentFormats.Detect(head.Span), compression) switch
            {
                (ContentFormat.Ar, Compression.None) => await OfDebAsync(file, cancel),
                (ContentFormat.Rpm, Compression.None) => await OfRpmAsync(file, content, cancel),
                (ContentFormat.Zip, Compression.None) => await OfArchiveAsync(file, new ZippedArchive(content), "zip", cancel),
                (ContentFormat.Tar, Compression.None) => await OfArchiveAsync(file, new TarArchive(content), "tar", cancel),
                (ContentFormat.Tar, _) => await OfArchiveAsync(file, new TarArchive(new DecompressedContent(content, compression)), $"tar.{SuffixOf(compression)}", cancel),
                _ => null,
            };
            return found ?? throw VerificationErrors.Unknown(file);
        }
        catch (Exception damage) when (damage is ArchiveException or FormatException or JsonException or InvalidOperationException)
        {
            throw VerificationErrors.Damaged(file, damage);
        }
    }

    /// <summary>The identity that a text of JSON has; null when it is another text.</summary>
    /// <exception cref="FormatException">A fact is missing, or is none.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static PackageIdentity? OfJson(ReadOnlySpan<byte> text) => JsonNode.Parse(text) is JsonObject facts ? PackageIdentity.Read(name => facts[name]?.GetValue<string>()) : null;

    /// <summary>The name of an archive of a target: of what it installs, or of its debug information.</summary>
    public static string ArchiveOf(PackageIdentity identity, bool symbols, string format) =>
        $"{identity.Target.ToFileName()}{(identity.IsPortable ? "-portable" : "")}{(symbols ? "-symbols" : "")}.{format}";

    private static async Task<GivenArtifact?> OfDebAsync(string file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        var control = Deb822.Parse((await DebReader.ReadControlAsync(stream, cancel)).Text)[0];
        var version = control.Required("Version");
        // The epoch of a version is in no file name.
        return PackageIdentity.Read(name => control[ControlFile.FieldOf(name)]) is not { } identity ? null : new GivenArtifact
        {
            Path = file,
            Name = $"{control.Required("Package")}_{version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..]}_{control.Required("Architecture")}.deb",
            Format = "deb",
            Identity = identity,
        };
    }

    private static async Task<GivenArtifact?> OfRpmAsync(string file, FileContent content, CancellationToken cancel)
    {
        var fields = (await new RpmArchive(content).FieldsAsync(cancel)).ToLookup(field => field.Name, field => field.Value, StringComparer.Ordinal);
        var facts = Provided().Matches(fields["provides"].FirstOrDefault() ?? "").DistinctBy(match => match.Groups["name"].Value, StringComparer.Ordinal).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
        return PackageIdentity.Read(facts.GetValueOrDefault) is not { } identity ? null : new GivenArtifact
        {
            Path = file,
            Name = $"{fields["name"].First()}-{fields["version"].First()}-{fields["release"].First()}.{fields["architecture"].First()}.rpm",
            Format = "rpm",
            Identity = identity,
        };
    }

    private static async Task<GivenArtifact?> OfArchiveAsync(string file, Archive archive, string format, CancellationToken cancel)
    {
        Dictionary<string, ReadOnlyMemory<byte>> small = new(StringComparer.Ordinal);
        await foreach (var (entry, content) in archive.ReadAsync(cancel))
        {
            var isIdentity = entry.Path.EndsWith($"/{PackageIdentity.FileName}", StringComparison.Ordinal);
            if (!entry.HasContent || !(isIdentity || ImageLayoutReader.MayNeed(entry.Path)))
                continue;

            // What is larger is a layer, and is not needed.
            if (await Content.ReadAsync(content, isIdentity ? LargestIdentity : ImageLayoutReader.LargestDocument, cancel) is not { } text)
                continue;
            if (isIdentity && OfJson(text.Span) is { } identity)
                return new GivenArtifact { Path = file, Name = ArchiveOf(identity, symbols: entry.Path.Count(letter => letter == '/') == 1, format), Format = format, Identity = identity };
            small[entry.Path] = text;
        }

        return ImageLayoutReader.Read(name => small.TryGetValue(name, out var text) ? (ReadOnlyMemory<byte>?)text : null) is [var image] ? ImageLayoutReader.ToGiven(image, file, ArtifactForm.File) : null;
    }

    private static string SuffixOf(Compression compression) => compression switch
    {
        Compression.Gzip => "gz",
        Compression.Bzip2 => "bz2",
        Compression.Xz => "xz",
        _ => "zst",
    };

    [GeneratedRegex(@"(^|, )monogres-(?<name>[a-z]+)\((?<value>[^)]*)\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Provided();
}
