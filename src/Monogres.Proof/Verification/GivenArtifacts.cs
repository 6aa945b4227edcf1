using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Packaging.Formats;
using Monogres.Proof.Provenance;
using Monogres.Store.Disk;

namespace Monogres.Proof.Verification;

/// <summary>From what a user names to artifacts: files of packages, directories of them and repositories, unpacked archives, layouts of images.</summary>
public static class GivenArtifacts
{
    private const string With = "-with-", Images = ".oci.tar";

    /// <summary>Reads what they are: from a manifest beside a file that names it, else from the file itself.</summary>
    /// <param name="paths">Files and directories.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">One says nothing of what it is, is damaged, or is not what its manifest says; or there is none.</exception>
    public static async Task<ImmutableArray<GivenArtifact>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        Dictionary<string, BesideArtifacts> beside = new(StringComparer.Ordinal);
        var given = ImmutableArray.CreateBuilder<GivenArtifact>();
        foreach (var path in paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(path))
                given.AddRange(await OfDirectoryAsync(path, beside, cancel));
            // Of `dist/*`, what accompanies packages.
            else if (!ArtifactFiles.IsCompanion(path) && !await IsManifestAsync(path, cancel))
                given.Add(await OfFileAsync(path, beside, cancel));
        }

        return given.Count > 0 || paths.Count == 0 ? given.ToImmutable() : throw VerificationErrors.NoPackages(paths);
    }

    private static async Task<IReadOnlyList<GivenArtifact>> OfDirectoryAsync(string directory, Dictionary<string, BesideArtifacts> beside, CancellationToken cancel)
    {
        if (await DirectoryReader.ReadAsync(directory, cancel) is { Length: > 0 } whole)
            return whole;

        List<GivenArtifact> packages = [];
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file => ArtifactKinds.FormatOf(file) is not null).Order(StringComparer.Ordinal))
            packages.Add(await OfFileAsync(file, beside, cancel));
        return packages.Count > 0 ? packages : throw VerificationErrors.UnknownDirectory(directory);
    }

    private static async Task<GivenArtifact> OfFileAsync(string file, Dictionary<string, BesideArtifacts> beside, CancellationToken cancel)
    {
        var (directory, name) = (Path.GetDirectoryName(file)!, Path.GetFileName(file));
        if (!beside.TryGetValue(directory, out var manifests))
            beside.Add(directory, manifests = new BesideArtifacts(directory));
        return await manifests.FindAsync(name, cancel) is { } set ? await OfManifestAsync(file, name, set, cancel) : await IdentityReader.ReadAsync(file, cancel);
    }

    private static async Task<GivenArtifact> OfManifestAsync(string file, string name, ArtifactSet set, CancellationToken cancel)
    {
        var said = set.Manifest.Files.Single(described => string.Equals(described.Name, name, StringComparison.Ordinal));
        if (!string.Equals((await HashedFiles.ReadAsync(file, cancel)).Hash.ToString(), said.Sha256, StringComparison.Ordinal))
            throw VerificationErrors.Changed(file, Path.Combine(set.Directory, set.Name + ArtifactFiles.Manifest));

        var isCloudNativePg = name.Contains("-cnpg", StringComparison.Ordinal) && name.EndsWith(Images, StringComparison.Ordinal);
        return new GivenArtifact
        {
            Path = file,
            Name = name,
            Format = isCloudNativePg ? "cnpg" : PackageFormats.Names.Where(format => name.EndsWith($".{format}", StringComparison.Ordinal)).MaxBy(format => format.Length)
                ?? (name.EndsWith(Images, StringComparison.Ordinal) ? "oci" : throw VerificationErrors.Unknown(file)),
            Identity = new PackageIdentity
            {
                Target = set.Target,
                Recipe = set.Manifest.Recipe.Key,
                IsPortable = name.Contains("-portable", StringComparison.Ordinal),
                ImageFormat = isCloudNativePg ? "cnpg" : null,
                With = WithOf(file, name),
            },
            Manifest = set.Manifest,
        };
    }

    // postgres-17.11-full-debian12-amd64-with-pgvector-0.8.0.oci.tar
    private static ImmutableArray<string> WithOf(string file, string name)
    {
        var at = name.IndexOf(With, StringComparison.Ordinal);
        if (at < 0 || !name.EndsWith(Images, StringComparison.Ordinal))
            return [];

        var extension = name[(at + With.Length)..^Images.Length];
        return extension.LastIndexOf('-') is > 0 and var version ? [$"{extension[..version]}@{extension[(version + 1)..]}"] : throw VerificationErrors.Unknown(file);
    }

    private static async Task<bool> IsManifestAsync(string file, CancellationToken cancel)
    {
        if (!ArtifactFiles.IsManifest(file))
            return false;

        try
        {
            Results.Records.TargetManifest.Parse(await File.ReadAllTextAsync(file, cancel));
            return true;
        }
        catch (JsonException error)
        {
            throw VerificationErrors.Manifest(file, error.Message);
        }
    }
}
