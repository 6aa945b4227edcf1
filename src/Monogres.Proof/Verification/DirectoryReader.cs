using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Proof.Verification;

/// <summary>What a directory is as a whole: an unpacked archive, or a layout of images.</summary>
internal static class DirectoryReader
{
    /// <summary>Reads it; nothing when it is neither.</summary>
    /// <exception cref="UserErrorException">It is damaged, holds several targets, or images that say nothing of what they are.</exception>
    public static async Task<ImmutableArray<GivenArtifact>> ReadAsync(string directory, CancellationToken cancel)
    {
        try
        {
            if (File.Exists(Path.Combine(directory, "oci-layout")))
                return await OfLayoutAsync(directory, cancel);

            return IdentitiesIn(directory) switch
            {
                [] => [],
                [var file] => await OfTreeAsync(directory, file, cancel),
                var files => throw VerificationErrors.SeveralTargets(directory, files),
            };
        }
        catch (Exception damage) when (damage is FormatException or JsonException or InvalidOperationException)
        {
            throw VerificationErrors.Damaged(directory, damage);
        }
    }

    /// <summary>The images of a layout; what they are made of must be there, as its name says.</summary>
    /// <exception cref="UserErrorException">A part of an image is missing or is another.</exception>
    public static async Task<ImmutableArray<GivenArtifact>> OfLayoutAsync(string directory, CancellationToken cancel)
    {
        var images = ImageLayoutReader.Read(path => new FileInfo(Path.Combine(directory, path)) is { Exists: true, Length: <= ImageLayoutReader.LargestDocument } file ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(file.FullName) : null);
        if (images.IsEmpty)
            throw VerificationErrors.Unknown(directory);

        foreach (var part in images.SelectMany(image => image.Manifest.Layers.Append(image.Manifest.Config).Append(image.Entry)).DistinctBy(part => part.Digest, StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, ImageLayoutReader.PathOf(part));
            if (!File.Exists(path))
                throw VerificationErrors.MissingPart(directory, part.Digest);
            await using var content = File.OpenRead(path);
            if (new Sha256Hash(await SHA256.HashDataAsync(content, cancel)) != part.ToBlob().Hash)
                throw VerificationErrors.OtherPart(path, part.Digest);
        }

        return [.. images.Select(image => ImageLayoutReader.ToGiven(image, directory, ArtifactForm.Image))];
    }

    // Extensions are unpacked into their server, too: then there are several.
    private static ImmutableArray<string> IdentitiesIn(string directory)
    {
        var (top, documentation) = (Path.Combine(directory, PackageIdentity.FileName), Path.Combine(directory, "share", "doc"));
        return
        [
            .. File.Exists(top) ? [top] : (string[])[],
            .. (Directory.Exists(documentation) ? Directory.GetDirectories(documentation) : []).Select(one => Path.Combine(one, PackageIdentity.FileName)).Where(File.Exists).Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<ImmutableArray<GivenArtifact>> OfTreeAsync(string directory, string file, CancellationToken cancel)
    {
        var isSymbols = string.Equals(Path.GetDirectoryName(file), directory, StringComparison.Ordinal);
        return IdentityReader.OfJson(await File.ReadAllBytesAsync(file, cancel)) is not { } identity ? [] :
        [
            new GivenArtifact { Path = directory, Name = IdentityReader.ArchiveOf(identity, isSymbols, "tar"), Form = ArtifactForm.Tree, Format = "tar", Identity = identity },
        ];
    }
}
