using System.Buffers.Binary;
using System.IO.Hashing;

namespace Monogres.Packaging.Deb;

/// <summary>
/// Wraps bytes as gzip (RFC 1952) without compressing them, for the few small files that policy wants compressed: no compressor
/// has a say in the result. It has neither name nor time.
/// </summary>
internal static class StoredGzip
{
    private const int LargestBlock = ushort.MaxValue;

    // No flags, no time, "maximum compression" as `gzip -9` says, Unix.
    private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3];

    /// <summary>The file.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var file = new MemoryStream();
        file.Write(Header);
        var left = content;
        Span<byte> start = stackalloc byte[5];
        do
        {
            var block = left[..Math.Min(left.Length, LargestBlock)];
            left = left[block.Length..];
            start[0] = left.IsEmpty ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt16LittleEndian(start[1..], (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(start[3..], (ushort)~block.Length);
            file.Write(start);
            file.Write(block);
        }
        while (!left.IsEmpty);

        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, Crc32.HashToUInt32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], (uint)content.Length);
        file.Write(end);
        return file.ToArray();
    }
}
