using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Store.Downloads;

/// <summary>A download that is not complete. What an earlier run has left is hashed again and continued.</summary>
internal sealed class PartialFile : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly string _directory;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PartialFile(string path, SafeFileHandle file) => (Path, _directory, _file) = (path, System.IO.Path.GetDirectoryName(path)!, file);

    public string Path { get; }

    /// <summary>How many bytes are here.</summary>
    public long Length { get; private set; }

    /// <summary>What these bytes are.</summary>
    public Digest Digest => new(new Sha256Hash(_hash.GetCurrentHash()), Length);

    /// <summary>Opens the file, or begins one.</summary>
    /// <exception cref="UserErrorException">The store cannot be written.</exception>
    public static PartialFile Open(string path)
    {
        PartialFile? partial = null;
        try
        {
            partial = new PartialFile(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
            partial.HashExistingPart();
            return partial;
        }
        catch (Exception e)
        {
            partial?.Dispose();
            if (StoreErrors.IsOfDisk(e))
                throw StoreErrors.OfDisk(e, System.IO.Path.GetDirectoryName(path)!);
            throw;
        }
    }

    /// <exception cref="UserErrorException">The disk is full; the file is removed, to give the room back.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Length);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            var error = StoreErrors.OfDisk(e, _directory);
            LibC.Unlink(Path);
            throw error;
        }

        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Forgets what is here.</summary>
    public void Restart()
    {
        RandomAccess.SetLength(_file, 0);
        _hash.GetHashAndReset();
        Length = 0;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void HashExistingPart()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int count; (count = RandomAccess.Read(_file, buffer, Length)) > 0; Length += count)
                _hash.AppendData(buffer, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
