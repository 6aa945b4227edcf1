using System.Buffers.Binary;

namespace Monogres.Platforms.Signatures;

/// <summary>Takes the fields of a packet's body one after another.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were taken.</summary>
    public int Position { get; private set; }

    /// <summary>Whether every byte was taken.</summary>
    public readonly bool AtEnd => Position == _bytes.Length;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
            throw new FormatException("an OpenPGP packet is cut off");

        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A time in seconds since 1970 (RFC 9580, section 3.5).</summary>
    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(UInt32());

    /// <summary>A large number without leading zero bytes, after its length in bits (section 3.2).</summary>
    public byte[] Number() => Take((UInt16() + 7) / 8).ToArray();
}
