using System.Security.Cryptography;
using System.Text;
using Monogres.Build.Execution;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging;

/// <summary>Builds a target and leaves it in a directory: the tree as a tar archive, and what it is made of as a manifest.</summary>
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
        var plan = built.Prepared.Plan;
        Directory.CreateDirectory(directory);
        var name = plan.FileName;
        var archive = Path.Combine(directory, $"{name}.tar");
        var manifestPath = Path.Combine(directory, $"{name}.json");

        var digest = await KeptAsync(built, archive, manifestPath, cancel) ?? await WriteArchiveAsync(built, archive, name, cancel);
        var manifest = built.Manifest with { Archive = new ManifestFile($"{name}.tar", digest.Hash.ToString(), digest.Size) };
        await WriteThenRenameAsync(manifestPath, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(manifest.ToText()), cancel).AsTask());
        await records.KeepAsync(name, manifest, cancel);
        return new Distribution(manifest, [archive, manifestPath]);
    }

    private async Task<Digest> WriteArchiveAsync(BuiltTarget built, string archive, string top, CancellationToken cancel)
    {
        var plan = built.Prepared.Plan;
        var payload = await TreeWalk.FindDirectoryAsync(blobs, built.Executed.Output, plan.Prefix, cancel)
            ?? throw DistributionErrors.NothingInstalled(plan.Target, plan.Prefix);
        Digest digest = default;
        await WriteThenRenameAsync(archive, async stream => digest = await new TarPackager(blobs).WriteAsync(payload, top, plan.SourceDate, stream, cancel));
        return digest;
    }

    /// <summary>The digest of the archive that is there already, when it is the one that would be written: its manifest names this payload, and its content is what the manifest says.</summary>
    private static async Task<Digest?> KeptAsync(BuiltTarget built, string archive, string manifestPath, CancellationToken cancel)
    {
        if (!File.Exists(archive) || !File.Exists(manifestPath))
            return null;

        try
        {
            var manifest = TargetManifest.Parse(await File.ReadAllTextAsync(manifestPath, cancel));
            if (manifest.Archive is not { } written || manifest with { Archive = null } is var before && !string.Equals(before.ToText(), built.Manifest.ToText(), StringComparison.Ordinal)
                || new FileInfo(archive).Length != written.Size)
                return null;

            var hash = await HashAsync(archive, cancel);
            return string.Equals(hash.ToString(), written.Sha256, StringComparison.Ordinal) ? new Digest(hash, written.Size) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

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

    private static async Task WriteThenRenameAsync(string path, Func<FileStream, Task> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.part";
        RemoveLeftovers(path);
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20, useAsync: false))
                await write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what a killed process left half-written. A living one holds a lock on its file (<see cref="FileShare.None"/>), and keeps it.</summary>
    private static void RemoveLeftovers(string path)
    {
        foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileName(path)}.*.part"))
        {
            try
            {
                using var free = new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                // Somebody writes it, or has just removed it.
            }
        }
    }
}

/// <summary>A target in a directory.</summary>
/// <param name="Manifest">What it is made of.</param>
/// <param name="Files">The archive and the manifest, absolute paths.</param>
public sealed record Distribution(TargetManifest Manifest, IReadOnlyList<string> Files);

/// <summary>What can go wrong with leaving a target in a directory.</summary>
public static class DistributionErrors
{
    /// <summary>The output directory cannot be written: full, read-only, not ours.</summary>
    public static UserErrorException CannotWrite(string directory, Exception trouble) =>
        new($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; what was built is kept in the store", inner: trouble);

    /// <summary>The build ended well, and left nothing where its result belongs.</summary>
    public static UserErrorException NothingInstalled(TargetName target, RelativePath prefix) =>
        new($"the build of `{target}` installed nothing in `/{prefix}`", "the steps of its style must install there, below `$DESTDIR`; see index/styles");
}
