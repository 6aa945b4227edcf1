using System.Security.Cryptography;
using Monogres.Build.Execution;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Disk;

namespace Monogres.Packaging;

/// <summary>Builds a target and leaves it in a directory: the tree as a tar archive, its debug information as another, and what it is made of as a manifest.</summary>
public sealed class Distributions(IBlobStore blobs, TargetBuilder builder, TargetRecords records)
{
    /// <summary>Builds, packs, and returns the manifest and the files' paths.</summary>
    /// <exception cref="UserErrorException">The build failed, or the directory cannot be written.</exception>
    public async Task<Distribution> BuildAsync(TargetPlan plan, string directory, bool useCache, CancellationToken cancel)
    {
        var built = await builder.BuildAsync(plan, useCache, cancel);
        try
        {
            return await WriteOrRepairAsync(built, directory, cancel);
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException and not EndOfStreamException)
        {
            throw DistributionErrors.CannotWrite(directory, trouble);
        }
    }

    private async Task<Distribution> WriteOrRepairAsync(BuiltTarget built, string directory, CancellationToken cancel)
    {
        try
        {
            return await WriteAsync(built, directory, cancel);
        }
        catch (BlobMissingException lost)
        {
            // Found while packing: the content of a file is gone or damaged. The action gives it again.
            return await WriteAsync(await builder.RebuildAsync(built, lost, cancel), directory, cancel);
        }
    }

    private async Task<Distribution> WriteAsync(BuiltTarget built, string directory, CancellationToken cancel)
    {
        var name = built.Plan.FileName;
        var manifestPath = Path.Combine(directory, $"{name}.json");
        var earlier = await EarlierAsync(manifestPath, cancel);
        var described = built.Manifest;
        // The archives of another build are no use, whatever their names.
        if (earlier is not null && !string.Equals((earlier with { Archive = null, SymbolsArchive = null }).ToText(), described.ToText(), StringComparison.Ordinal))
            earlier = null;

        var manifest = described with { Archive = await ArchiveAsync(built.Payload.Installation, name, earlier?.Archive) };
        if (built.Payload.Symbols is { } symbols)
            manifest = manifest with { SymbolsArchive = await ArchiveAsync(symbols, $"{name}-symbols", earlier?.SymbolsArchive) };

        await WholeFile.WriteTextAsync(manifestPath, manifest.ToText(), cancel);
        await records.KeepAsync(name, manifest, cancel);
        return new Distribution(built, manifest, [.. new[] { manifest.Archive, manifest.SymbolsArchive }.OfType<ManifestFile>().Select(file => Path.Combine(directory, file.Name)), manifestPath]);

        async Task<ManifestFile> ArchiveAsync(Digest tree, string top, ManifestFile? written)
        {
            var path = Path.Combine(directory, $"{top}.tar");
            if (written is not null && await IsWholeAsync(path, written, cancel))
                return written;

            Digest digest = default;
            await WholeFile.WriteAsync(path, async (file, stop) => digest = await new TarPackager(blobs).WriteAsync(tree, top, built.Plan.SourceDate, file, stop), cancel);
            return new ManifestFile($"{top}.tar", digest.Hash.ToString(), digest.Size);
        }
    }

    private static async Task<TargetManifest?> EarlierAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
            return null;

        try
        {
            return TargetManifest.Parse(await File.ReadAllTextAsync(path, cancel));
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> IsWholeAsync(string path, ManifestFile expected, CancellationToken cancel) =>
        new FileInfo(path) is { Exists: true } file && file.Length == expected.Size
        && string.Equals((await HashAsync(path, cancel)).ToString(), expected.Sha256, StringComparison.Ordinal);

    // In large pieces: a build that is known already spends most of its own time here.
    private static async Task<Sha256Hash> HashAsync(string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var piece = new byte[1 << 20];
        var offset = 0L;
        while (await RandomAccess.ReadAsync(file, piece, offset, cancel) is > 0 and var count)
        {
            hash.AppendData(piece, 0, count);
            offset += count;
        }

        return new Sha256Hash(hash.GetHashAndReset());
    }
}

/// <summary>A target in a directory.</summary>
/// <param name="Target">What was built.</param>
/// <param name="Manifest">What it is made of.</param>
/// <param name="Files">The archives and the manifest, absolute paths.</param>
public sealed record Distribution(BuiltTarget Target, TargetManifest Manifest, IReadOnlyList<string> Files);

/// <summary>What can go wrong with leaving a target in a directory.</summary>
public static class DistributionErrors
{
    /// <summary>The output directory cannot be written: full, read-only, not ours.</summary>
    public static UserErrorException CannotWrite(string directory, Exception trouble) =>
        new($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; what was built is kept in the store", inner: trouble);
}
