using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <summary>Reading that leaves the access time alone, because for the store that is the time of the last <em>use</em>, and upkeep is none.</summary>
internal static class UntouchedFile
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Opens a file for reading, or null when there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? Open(string path)
    {
        // Only the owner may ask the kernel to leave the time alone.
        var handle = LibC.TryOpen(path, LibC.ReadOnlyAccess | LibC.NoAccessTime, default, out var error);
        if (handle is null && error == LibC.NotPermitted)
            handle = LibC.TryOpen(path, LibC.ReadOnlyAccess, default, out error);

        return handle is not null || error == LibC.NoEntry ? handle : throw LibC.Failed(error, "cannot open", path);
    }

    /// <summary>The whole content, or null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadAll(string path) => ReadAll(path, out _);

    /// <summary>The whole content and what is known of the file, or null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadAll(string path, out FileFacts facts)
    {
        facts = default;
        using var handle = Open(path);
        if (handle is null)
            return null;

        facts = LibC.Stat(handle, path);
        var bytes = new byte[facts.Size];
        var filled = 0;
        for (int count; filled < bytes.Length && (count = RandomAccess.Read(handle, bytes.AsSpan(filled), filled)) > 0; filled += count)
        {
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }

    /// <summary>The hash of the content, or null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Sha256Hash? Hash(string path, CancellationToken cancel)
    {
        using var handle = Open(path);
        if (handle is null)
            return null;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long done = 0;
            for (int count; (count = RandomAccess.Read(handle, buffer, done)) > 0; done += count)
            {
                cancel.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new Sha256Hash(hash.GetHashAndReset());
    }
}
