using System.Buffers.Binary;

namespace Monogres.Sources.Git;

/// <summary>Where the objects of a pack are: a <c>.idx</c> file of version 2, see gitformat-pack(5).</summary>
internal sealed class PackIndex
{
    private const uint Magic = 0xff744f63;
    private const int FanOutAt = 8, FanOuts = 256, NamesAt = FanOutAt + (FanOuts * sizeof(uint)), NameLength = 20;
    private const uint IsLarge = 0x8000_0000;

    private readonly byte[] _bytes;
    private readonly int _count, _offsetsAt, _largeAt;

    private PackIndex(byte[] bytes)
    {
        _bytes = bytes;
        _count = FanOut(FanOuts - 1);
        // Between names and offsets stands a checksum for each object.
        _offsetsAt = NamesAt + (_count * (NameLength + sizeof(uint)));
        _largeAt = _offsetsAt + (_count * sizeof(uint));
    }

    /// <summary>Reads the file.</summary>
    public static PackIndex Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < NamesAt || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4)) != 2)
            throw GitErrors.CannotRead(path, "it is not an index of version 2");

        var index = new PackIndex(bytes);
        return index._count >= 0 && index._largeAt <= bytes.Length ? index : throw GitErrors.CannotRead(path, "it is cut off");
    }

    /// <summary>Where an object begins in the pack, or null when the pack does not have it.</summary>
    /// <param name="id">The id as bytes.</param>
    public long? Find(ReadOnlySpan<byte> id)
    {
        var (low, high) = (id[0] == 0 ? 0 : FanOut(id[0] - 1), FanOut(id[0]) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _bytes.AsSpan(NamesAt + (middle * NameLength), NameLength).SequenceCompareTo(id);
            if (order == 0)
                return OffsetOf(middle);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    private long OffsetOf(int entry)
    {
        var offset = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_offsetsAt + (entry * sizeof(uint))));
        return (offset & IsLarge) == 0 ? offset : BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(_largeAt + ((int)(offset & ~IsLarge) * sizeof(long))));
    }

    private int FanOut(int first) => (int)BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(FanOutAt + (first * sizeof(uint))));
}
