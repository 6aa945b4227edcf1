using System.Buffers.Binary;

namespace Monogres.Platforms.Signatures;

/// <summary>One packet of an OpenPGP message (RFC 9580, section 4): what it is, and its body.</summary>
internal readonly record struct Packet(PacketTag Tag, ReadOnlyMemory<byte> Body);

/// <summary>The packet types that a keyring and a detached signature consist of (RFC 9580, section 5).</summary>
internal enum PacketTag
{
    Signature = 2,
    PublicKey = 6,
    Trust = 12,
    UserId = 13,
    PublicSubkey = 14,
    UserAttribute = 17,
}

/// <summary>Splits bytes into packets.</summary>
internal static class PacketReader
{
    /// <summary>The packets, in order. Lengths in parts are refused: only data packets may have them (section 4.2.1.4).</summary>
    /// <exception cref="FormatException">The bytes are not whole packets.</exception>
    public static List<Packet> Read(ReadOnlyMemory<byte> bytes)
    {
        var packets = new List<Packet>();
        while (!bytes.IsEmpty)
        {
            var (tag, header, length) = ReadHeader(bytes.Span);
            if (length > bytes.Length - header)
                throw new FormatException("an OpenPGP packet is cut off");

            packets.Add(new Packet((PacketTag)tag, bytes.Slice(header, (int)length)));
            bytes = bytes[(header + (int)length)..];
        }

        return packets;
    }

    /// <summary>A length of one, two or five bytes, as packets and subpackets have it (sections 4.2.1 and 5.2.3.7).</summary>
    /// <returns>The bytes taken and the length.</returns>
    internal static (int Taken, uint Length) ReadLength(ReadOnlySpan<byte> bytes, bool partsAllowed)
    {
        var first = At(bytes, 0);
        if (first < 192)
            return (1, first);

        // Subpackets use 224-254 for two-byte lengths, where packets have lengths in parts.
        if (first < 224 || (partsAllowed && first < 255))
            return (2, (uint)(((first - 192) << 8) + At(bytes, 1) + 192));

        if (first < 255)
            throw new FormatException("an OpenPGP packet has a length in parts, which only data may have");

        return bytes.Length < 5 ? throw CutOff() : (5, BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
    }

    private static (int Tag, int Header, uint Length) ReadHeader(ReadOnlySpan<byte> bytes)
    {
        var first = bytes[0];
        if ((first & 0x80) == 0)
            throw new FormatException("the bytes are not OpenPGP packets");

        if ((first & 0x40) != 0)
        {
            var (taken, length) = ReadLength(bytes[1..], partsAllowed: false);
            return (first & 0x3f, 1 + taken, length);
        }

        var tag = (first >> 2) & 0x0f;
        return (first & 3) switch
        {
            0 => (tag, 2, At(bytes, 1)),
            1 => bytes.Length < 3 ? throw CutOff() : (tag, 3, BinaryPrimitives.ReadUInt16BigEndian(bytes[1..])),
            2 => bytes.Length < 5 ? throw CutOff() : (tag, 5, BinaryPrimitives.ReadUInt32BigEndian(bytes[1..])),
            _ => throw new FormatException("an OpenPGP packet has no length"),
        };
    }

    private static byte At(ReadOnlySpan<byte> bytes, int index) => index < bytes.Length ? bytes[index] : throw CutOff();

    private static FormatException CutOff() => new("an OpenPGP packet is cut off");
}
