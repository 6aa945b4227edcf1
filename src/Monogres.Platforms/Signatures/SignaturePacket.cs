using System.Security.Cryptography;

namespace Monogres.Platforms.Signatures;

/// <summary>What a signature says (RFC 9580, section 5.2.1).</summary>
internal enum SignatureType
{
    Text = 0x01,
    GenericCertification = 0x10,
    PositiveCertification = 0x13,
    SubkeyBinding = 0x18,
    PrimaryKeyBinding = 0x19,
    DirectKey = 0x1f,
    KeyRevocation = 0x20,
    SubkeyRevocation = 0x28,
}

/// <summary>A version 4 signature (RFC 9580, section 5.2.3).</summary>
internal sealed class SignaturePacket
{
    private readonly ReadOnlyMemory<byte> _hashed;
    private readonly ushort _left16;

    private SignaturePacket(ReadOnlyMemory<byte> body)
    {
        var reader = new FieldReader(body.Span);
        var version = reader.Byte();
        if (version != 4)
            throw new NotSupportedException($"its format has version {version}, and only version 4 is known");

        Type = (SignatureType)reader.Byte();
        Algorithm = (KeyAlgorithm)reader.Byte();
        HashAlgorithm = reader.Byte();
        var hashedSubpackets = reader.Take(reader.UInt16());
        _hashed = body[..reader.Position];
        var unhashedSubpackets = reader.Take(reader.UInt16());
        _left16 = reader.UInt16();
        Value = body[reader.Position..];

        ReadSubpackets(hashedSubpackets, signed: true);
        ReadSubpackets(unhashedSubpackets, signed: false);
    }

    public SignatureType Type { get; }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>The number of the hash (section 9.5).</summary>
    public byte HashAlgorithm { get; }

    /// <summary>The algorithm's own part: one large number for RSA.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    public DateTimeOffset? Created { get; private set; }

    /// <summary>How long it holds; null for ever.</summary>
    public TimeSpan? Lifetime { get; private set; }

    /// <summary>In a self-signature: how long the key holds after its creation; null for ever.</summary>
    public TimeSpan? KeyLifetime { get; private set; }

    /// <summary>In a self-signature or binding: what the key may be used for (section 5.2.3.29); null when it does not say.</summary>
    public byte? KeyFlags { get; private set; }

    /// <summary>The last eight bytes of the signer's fingerprint. Only a hint where to look: nobody signed it.</summary>
    public string? IssuerKeyId { get; private set; }

    /// <summary>The signer's fingerprint, also a hint.</summary>
    public string? IssuerFingerprint { get; private set; }

    /// <summary>In a binding: the signature by which the subkey agrees to it.</summary>
    public SignaturePacket? Embedded { get; private set; }

    /// <summary>A critical subpacket that is not known: the signature must not be believed (section 5.2.3.7).</summary>
    public int? UnknownCritical { get; private set; }

    /// <summary>How a person would name the signer.</summary>
    public string Issuer => IssuerFingerprint ?? IssuerKeyId ?? "an unnamed key";

    /// <exception cref="FormatException">The body is damaged.</exception>
    /// <exception cref="NotSupportedException">It has another version.</exception>
    public static SignaturePacket Parse(ReadOnlyMemory<byte> body) => new(body);

    /// <summary>The hash that was signed: the data, then the signed part of the packet and its length (section 5.2.4).</summary>
    /// <returns>The hash and its algorithm, or null when its first bytes show that it is another one.</returns>
    /// <exception cref="NotSupportedException">The hash algorithm is unknown, or broken.</exception>
    public (byte[] Hash, HashAlgorithmName Name)? HashOf(params ReadOnlySpan<byte[]> data)
    {
        var name = HashAlgorithm switch
        {
            8 => HashAlgorithmName.SHA256,
            9 => HashAlgorithmName.SHA384,
            10 => HashAlgorithmName.SHA512,
            1 => throw new NotSupportedException("it uses MD5, which is broken"),
            2 => throw new NotSupportedException("it uses SHA-1, which is broken"),
            _ => throw new NotSupportedException($"its hash algorithm {HashAlgorithm} is not among SHA-256, SHA-384 and SHA-512"),
        };
        using var hash = IncrementalHash.CreateHash(name);
        foreach (var part in data)
            hash.AppendData(part);

        hash.AppendData(_hashed.Span);
        var length = _hashed.Length;
        hash.AppendData([4, 0xff, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        var value = hash.GetHashAndReset();
        return (ushort)((value[0] << 8) | value[1]) == _left16 ? (value, name) : null;
    }

    private void ReadSubpackets(ReadOnlySpan<byte> area, bool signed)
    {
        while (!area.IsEmpty)
        {
            var (taken, length) = PacketReader.ReadLength(area, partsAllowed: true);
            if (length == 0 || length > area.Length - taken)
                throw new FormatException("a subpacket of a signature is cut off");

            var content = area.Slice(taken, (int)length);
            area = area[(taken + (int)length)..];
            ReadSubpacket(content[0] & 0x7f, critical: (content[0] & 0x80) != 0, content[1..], signed);
        }
    }

    private void ReadSubpacket(int type, bool critical, ReadOnlySpan<byte> content, bool signed)
    {
        var reader = new FieldReader(content);
        switch (type)
        {
            case 16:
                IssuerKeyId ??= Convert.ToHexString(reader.Take(8));
                return;
            case 33 when content is [4, ..]:
                IssuerFingerprint ??= Convert.ToHexString(content[1..]);
                return;
            case 32:
                // The embedded signature proves itself, wherever it stands.
                Embedded ??= Parse(content.ToArray());
                return;
        }

        // Anyone can change what is not signed.
        if (!signed)
            return;

        switch (type)
        {
            case 2:
                Created = reader.Time();
                break;
            case 3:
                Lifetime = Duration(reader.UInt32());
                break;
            case 9:
                KeyLifetime = Duration(reader.UInt32());
                break;
            case 27:
                KeyFlags = content is [var flags, ..] ? flags : (byte)0;
                break;
            // Preferences, notes and reasons that change nothing in what is proved here.
            case 4 or 7 or 11 or 21 or 22 or 23 or 24 or 25 or 26 or 28 or 29 or 30 or 31 or 34 or 39:
                break;
            default:
                if (critical)
                    UnknownCritical = type;
                break;
        }
    }

    /// <summary>Zero seconds stand for no end (sections 5.2.3.13 and 5.2.3.18).</summary>
    private static TimeSpan? Duration(uint seconds) => seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
}
