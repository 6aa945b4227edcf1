using System.Formats.Tar;
using Monogres.Core;
using Monogres.Proof.Comparison.Containers;
using Monogres.Store.Disk;

namespace Monogres.Proof.Verification;

/// <summary>Compares artifacts with what a rebuild wrote of them.</summary>
/// <param name="rebuilt">What the rebuild wrote.</param>
/// <param name="scratch">An absolute path where archives are unpacked; its owner removes it.</param>
public sealed class RebuiltArtifacts(Rebuilt rebuilt, string scratch)
{
    private int _unpacked;

    /// <summary>Compares an artifact.</summary>
    /// <param name="target">Its target, with platform and toolchain.</param>
    /// <param name="given">The artifact.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The digests of both, and where the other one is; null when the rebuild wrote none.</returns>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public async Task<(ComparedFile File, string? Other)> CompareAsync(string target, GivenArtifact given, CancellationToken cancel)
    {
        var file = rebuilt.PathOf(target, given.Name);
        return given.Form switch
        {
            ArtifactForm.Tree => await TreesAsync(given, file, cancel),
            ArtifactForm.Image => await ImagesAsync(given, file, cancel),
            _ => await FilesAsync(given, file, cancel),
        };
    }

    private static async Task<(ComparedFile, string?)> FilesAsync(GivenArtifact given, string? file, CancellationToken cancel)
    {
        var name = Path.GetFileName(given.Path);
        // A repository signs packages of rpm in themselves: what is signed is what was built.
        if (given.Format is "rpm" && await RpmArchive.IsSignedAsync(given.Path, cancel))
            return (new ComparedFile($"{name}, what is signed in it", await RpmArchive.SignedPartAsync(given.Path, cancel), file is null ? null : await RpmArchive.SignedPartAsync(file, cancel)), file);

        return (new ComparedFile(name, await HashAsync(given.Path, cancel), file is null ? null : await HashAsync(file, cancel)), file);
    }

    private async Task<(ComparedFile, string?)> TreesAsync(GivenArtifact given, string? file, CancellationToken cancel)
    {
        // The archive has one directory at its top.
        var other = file is null ? null : Directory.EnumerateDirectories(await UnpackAsync(file, cancel)).Single();
        return (new ComparedFile(given.Path, $"{await TreeSum.OfAsync(given.Path, cancel)}", other is null ? null : $"{await TreeSum.OfAsync(other, cancel)}"), other);
    }

    private async Task<(ComparedFile, string?)> ImagesAsync(GivenArtifact given, string? file, CancellationToken cancel)
    {
        var other = file is null ? null : await UnpackAsync(file, cancel);
        return (new ComparedFile(given.Path, given.ImageDigest, other is null ? null : (await DirectoryReader.OfLayoutAsync(other, cancel))[0].ImageDigest), other);
    }

    private async Task<string> UnpackAsync(string file, CancellationToken cancel)
    {
        var directory = Path.Combine(scratch, $"{_unpacked++}");
        Directory.CreateDirectory(directory);
        await TarFile.ExtractToDirectoryAsync(file, directory, overwriteFiles: false, cancel);
        return directory;
    }

    private static async Task<string> HashAsync(string file, CancellationToken cancel) => (await HashedFiles.ReadAsync(file, cancel)).Hash.ToString();
}
