using System.Buffers;
using System.Security.Cryptography;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <content>Files that come and go by name instead of by content: moved in, and hard-linked out.</content>
public sealed partial class DiskBlobStore
{
    /// <summary>
    /// A path to make hard links from; it must not be opened for writing. The executable twin (mode 0555) is a file of
    /// its own, because all names of a file share its mode, and is made when it is first asked for.
    /// </summary>
    /// <exception cref="BlobMissingException">The blob is not here.</exception>
    public string PathOf(Digest digest, bool executable)
    {
        if (digest == Digest.Empty && LibC.Stat(PlainPath(digest)) is null)
            Write(digest, []);

        Require(digest);
        if (!executable)
            return PlainPath(digest);

        var path = ExecutablePath(digest);
        try
        {
            if (LibC.Stat(path) is { } facts && facts.Size == digest.Size)
                Touch(path, facts);
            else
                CopyIn(PlainPath(digest), path, ExecutableMode);
            return path;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    /// <summary>
    /// Moves an existing file into the store. It is renamed, not copied, when it is on the store's file system and has
    /// no other name; afterwards the path is free in any case. The caller owns the file and nobody writes to it any more.
    /// </summary>
    /// <param name="path">A plain file.</param>
    /// <param name="cancel">Stops; the file is then still there.</param>
    /// <exception cref="FileNotFoundException">There is no plain file at the path.</exception>
    public async ValueTask<Digest> PutFileAsync(string path, CancellationToken cancel)
    {
        var facts = LibC.Stat(path);
        if (facts is not { IsFile: true } file)
            throw new FileNotFoundException("There is no plain file to store.", path);

        try
        {
            var digest = await HashAsync(path, cancel);
            if (digest == Digest.Empty || IsHere(digest))
                LibC.Unlink(path);
            else if (file.Links > 1 || !TryMoveIn(path, PlainPath(digest)))
                await CopyAndRemoveAsync(path, digest, cancel);
            return digest;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    /// <summary>The blob with this hash, when its size is not known.</summary>
    /// <exception cref="UserErrorException">The store cannot be read.</exception>
    public Digest? Find(Sha256Hash hash)
    {
        if (hash == Digest.Empty.Hash)
            return Digest.Empty;

        var path = PlainPath(new Digest(hash, 0));
        try
        {
            // A file of size 0 under another name is what a power cut leaves.
            if (LibC.Stat(path) is not { Size: > 0 } facts)
                return null;

            Touch(path, facts);
            return new Digest(hash, facts.Size);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    /// <summary>Moves a file in whose digest was computed while it was written.</summary>
    internal Digest Adopt(string path, Digest digest)
    {
        try
        {
            if (IsHere(digest))
                LibC.Unlink(path);
            else if (!TryMoveIn(path, PlainPath(digest)))
                throw new IOException($"{path} is not on the file system of the store");
            return digest;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, _directory);
        }
    }

    private bool TryMoveIn(string from, string to)
    {
        // The owner may always set mode and times, whatever the mode is: an unreadable file was refused above.
        using (var handle = LibC.TryOpen(from, LibC.ReadOnlyAccess, default, out var error) ?? throw LibC.Failed(error, "cannot open", from))
        {
            LibC.SetMode(handle, from, PlainMode);
            LibC.SetTimes(handle, from, _time.GetUtcNow(), ModificationTime);
        }

        var result = LibC.Rename(from, to);
        if (result == LibC.NoEntry)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            result = LibC.Rename(from, to);
        }

        return result switch
        {
            0 => true,
            LibC.CrossDevice => false,
            _ => throw LibC.Failed(result, "cannot rename to", to),
        };
    }

    private async ValueTask CopyAndRemoveAsync(string path, Digest digest, CancellationToken cancel)
    {
        var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using (content)
            await PutAsync(digest, content, cancel);
        LibC.Unlink(path);
    }

    private void CopyIn(string from, string to, UnixFileMode mode)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            using var file = NewFile.Create(_temporary);
            long done = 0;
            for (int count; (count = RandomAccess.Read(source, buffer, done)) > 0; done += count)
                file.Append(buffer.AsSpan(0, count));
            file.Finish(to, mode, _time.GetUtcNow(), ModificationTime);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<Digest> HashAsync(string path, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var source = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            for (int count; (count = await RandomAccess.ReadAsync(source, buffer.AsMemory(0, BufferSize), size, cancel)) > 0; size += count)
                hash.AppendData(buffer, 0, count);
            return new Digest(Finish(hash), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
