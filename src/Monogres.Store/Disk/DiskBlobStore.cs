using System.Buffers;
using System.Security.Cryptography;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <summary>
/// Blobs as plain read-only files, <c>ab/&lt;hash&gt;</c>, which trees are hard-linked from. All have one modification
/// time; the access time is the day of the last use and is set by the store itself. Safe for several threads and
/// processes. Described in <c>docs/reference/store.md</c>.
/// </summary>
public sealed partial class DiskBlobStore : ILocalBlobStore
{
    /// <summary>
    /// The modification time of every blob. It is constant because <c>make</c> compares times, and a tree must not look
    /// different when one of its files came into the store on another day.
    /// </summary>
    public static readonly DateTimeOffset ModificationTime = new(2011, 11, 11, 11, 11, 11, TimeSpan.Zero);

    internal const UnixFileMode PlainMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    internal const UnixFileMode ExecutableMode = PlainMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan UseResolution = TimeSpan.FromDays(1);

    private readonly string _directory;
    private readonly TemporaryNames _temporary;
    private readonly TimeProvider _time;

    /// <summary>Opens the store in an existing directory.</summary>
    /// <param name="directory">Holds the blobs; absolute.</param>
    /// <param name="temporary">Names on the same file system.</param>
    /// <param name="time">For the day of last use.</param>
    public DiskBlobStore(string directory, TemporaryNames temporary, TimeProvider time) =>
        (_directory, _temporary, _time) = (directory, temporary, time);

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel)
    {
        var missing = new HashSet<Digest>();
        foreach (var digest in digests)
        {
            cancel.ThrowIfCancellationRequested();
            if (!IsHere(digest))
                missing.Add(digest);
        }

        return new(missing);
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel)
    {
        if (digest == Digest.Empty)
            return new(new MemoryStream([], writable: false));

        var path = PlainPath(digest);
        Require(digest);
        try
        {
            // The caller reads in blocks of its own; a second buffer would only copy.
            return new(new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.SequentialScan,
            }));
        }
        catch (FileNotFoundException)
        {
            throw new BlobMissingException(digest, "is not in the store");
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => new(Put(content.Span));

    /// <inheritdoc/>
    public async ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel) => await PutAsync(content, digest, cancel);

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel) => PutAsync(content, expected: null, cancel);

    /// <inheritdoc/>
    public void Drop(Digest digest)
    {
        try
        {
            LibC.Unlink(PlainPath(digest));
            LibC.Unlink(ExecutablePath(digest));
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    /// <summary>Where the blob is, or would be.</summary>
    internal string PlainPath(Digest digest)
    {
        var hash = digest.Hash.ToString();
        return $"{_directory}/{hash.AsSpan(0, 2)}/{hash}";
    }

    internal string ExecutablePath(Digest digest) => PlainPath(digest) + ".x";

    private async ValueTask<Digest> PutAsync(Stream content, Digest? expected, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var filled = await content.ReadAtLeastAsync(buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancel);
            if (filled < BufferSize)
            {
                // It is all in memory, so its digest is known before anything is written.
                if (expected is { } digest && Digest.Of(buffer.AsSpan(0, filled)) is var actual && actual != digest)
                    throw new DigestMismatchException(digest, actual);

                return Put(buffer.AsSpan(0, filled));
            }

            return await PutLongAsync(content, buffer, expected, cancel);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Stores what follows the full buffer as well; <paramref name="buffer"/> is filled to <see cref="BufferSize"/>.</summary>
    private async ValueTask<Digest> PutLongAsync(Stream content, byte[] buffer, Digest? expected, CancellationToken cancel)
    {
        // Content that is here already is only hashed.
        using var file = expected is { } known && IsHere(known) ? null : NewFile.Create(_temporary);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        for (var count = BufferSize; count > 0; count = await content.ReadAsync(buffer.AsMemory(0, BufferSize), cancel))
        {
            hash.AppendData(buffer, 0, count);
            file?.Append(buffer.AsSpan(0, count));
            size += count;
        }

        var actual = new Digest(Finish(hash), size);
        if (expected is { } digest && actual != digest)
            throw new DigestMismatchException(digest, actual);

        if (file is not null && !IsHere(actual))
            file.Finish(PlainPath(actual), PlainMode, _time.GetUtcNow(), ModificationTime);
        return actual;
    }

    private Digest Put(ReadOnlySpan<byte> content)
    {
        var digest = Digest.Of(content);
        if (IsHere(digest))
            return digest;

        Write(digest, content);
        return digest;
    }

    private void Write(Digest digest, ReadOnlySpan<byte> content)
    {
        try
        {
            using var file = NewFile.Create(_temporary);
            file.Append(content);
            file.Finish(PlainPath(digest), PlainMode, _time.GetUtcNow(), ModificationTime);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    private bool IsHere(Digest digest) => digest == Digest.Empty || Find(digest) == Found.Whole;

    /// <exception cref="BlobMissingException">The blob is not here with its size.</exception>
    private void Require(Digest digest)
    {
        switch (Find(digest))
        {
            case Found.Nothing:
                throw new BlobMissingException(digest, "is not in the store");
            case Found.OtherSize:
                throw new BlobMissingException(digest, "is damaged");
        }
    }

    /// <summary>One look at the file. One that has not its size is removed: a power cut leaves such files.</summary>
    private Found Find(Digest digest)
    {
        var path = PlainPath(digest);
        try
        {
            if (LibC.Stat(path) is not { } facts)
                return Found.Nothing;

            if (facts.Size != digest.Size)
            {
                // A wrong size in the digest is no reason to lose a good blob: the name holds only the hash.
                if (!HasItsName(path, digest.Hash))
                    Drop(digest);
                return Found.OtherSize;
            }

            Touch(path, facts);
            return Found.Whole;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    private static bool HasItsName(string path, Sha256Hash hash)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> actual = stackalloc byte[Sha256Hash.Length];
            SHA256.HashData(file, actual);
            return new Sha256Hash(actual) == hash;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    // A day is exact enough for garbage collection, and most uses then cost no write.
    private void Touch(string path, in FileFacts facts)
    {
        var now = _time.GetUtcNow();
        if (now - facts.LastUse >= UseResolution)
            LibC.SetAccessTime(path, now);
    }

    private static Sha256Hash Finish(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[Sha256Hash.Length];
        hash.GetHashAndReset(bytes);
        return new Sha256Hash(bytes);
    }

    private enum Found
    {
        Nothing,
        OtherSize,
        Whole,
    }
}
