using System.Buffers;
using System.Security.Cryptography;
using Monogres.Core;

namespace Monogres.Store;

/// <summary>The digest of what a stream has. In large pieces: those of the runtime are so small that reading takes longer than hashing.</summary>
public static class StreamDigest
{
    private const int PieceSize = 128 * 1024;

    /// <summary>The digest of everything from the position of a stream to its end.</summary>
    /// <param name="stream">The stream; not closed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<Digest> OfAsync(Stream stream, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var size = 0L;
            for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; size += count)
                hash.AppendData(piece, 0, count);
            return new Digest(new Sha256Hash(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
