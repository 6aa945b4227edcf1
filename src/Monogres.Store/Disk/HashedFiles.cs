using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <summary>
/// The hashes of files outside of the store, remembered: a file is read again unless the kernel says that it is still the one
/// that was hashed (device, inode, size, and both times to the nanosecond).
/// </summary>
/// <param name="directory">Where they are remembered, one small file for each; made when it is not there.</param>
/// <param name="time">Tells which files have only just been changed.</param>
public sealed class HashedFiles(string directory, TimeProvider time)
{
    private const int BufferSize = 1 << 20;

    // A file that changes twice within a tick of the file system's clock may look the same after both. No such clock is coarser than this.
    private static readonly TimeSpan Coarsest = TimeSpan.FromSeconds(2);

    /// <summary>The hash of a file of that size, or null when there is none.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="size">The size that it should have.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public async Task<Sha256Hash?> HashAsync(string path, long size, CancellationToken cancel)
    {
        if (!File.Exists(path))
            return null;

        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var facts = LibC.Stat(file, path);
        if (facts.Size != size)
            return null;

        var (record, stamp) = (RecordOf(path), StampOf(facts));
        if (await KnownAsync(record, stamp, cancel) is { } known)
            return known;

        // Before it is read: what changes from now on has another stamp.
        var isSettled = facts.Times.Changed < Nanoseconds(time.GetUtcNow() - Coarsest);
        var hash = await ReadAsync(file, cancel);
        if (isSettled)
            await TryKeepAsync(record, hash, stamp, cancel);
        return hash;
    }

    /// <summary>The digest of a file as it is now, read from end to end whatever is remembered: for what must not be taken on trust.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static async Task<Digest> ReadAsync(string path, CancellationToken cancel)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        return new Digest(await ReadAsync(file, cancel), RandomAccess.GetLength(file));
    }

    private static async Task<Sha256Hash?> KnownAsync(string record, string stamp, CancellationToken cancel)
    {
        try
        {
            return File.Exists(record) && (await File.ReadAllTextAsync(record, cancel)).Split(' ', 2) is [var hash, var rest] && string.Equals(rest, stamp, StringComparison.Ordinal)
                && Sha256Hash.TryParse(hash, out var known) ? known : null;
        }
        catch (Exception nothing) when (nothing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Whoever cannot remember it reads the file each time.
    private static async Task TryKeepAsync(string record, Sha256Hash hash, string stamp, CancellationToken cancel)
    {
        try
        {
            await AtomicFile.WriteTextAsync(record, $"{hash} {stamp}", cancel);
        }
        catch (Exception nothing) when (nothing is IOException or UnauthorizedAccessException)
        {
        }
    }

    // In large pieces: a build that is known already would spend most of its own time here.
    private static async Task<Sha256Hash> ReadAsync(SafeFileHandle file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(BufferSize);
        var offset = 0L;
        while (await RandomAccess.ReadAsync(file, piece, offset, cancel) is > 0 and var count)
        {
            hash.AppendData(piece, 0, count);
            offset += count;
        }

        ArrayPool<byte>.Shared.Return(piece);
        return new Sha256Hash(hash.GetHashAndReset());
    }

    private string RecordOf(string path) => Path.Combine(directory, Sha256Hash.Of(Encoding.UTF8.GetBytes(path)).ToString()[..32]);

    private static string StampOf(FileFacts facts) => string.Create(
        CultureInfo.InvariantCulture, $"{facts.Size} {facts.Identity.Item1}:{facts.Identity.Item2} {facts.Identity.Item3} {facts.Times.Written} {facts.Times.Changed}\n");

    private static long Nanoseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
