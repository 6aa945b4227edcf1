using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Monogres.Core;

/// <summary>A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits (FIPS 180-4).</summary>
public readonly record struct Sha256Hash : IComparable<Sha256Hash>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Takes 32 raw bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public Sha256Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A SHA-256 hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The hash of these bytes.</summary>
    public static Sha256Hash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new Sha256Hash(hash);
    }

    /// <summary>Reads exactly 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Sha256Hash hash)
    {
        hash = default;
        if (text.Length != 2 * Length || text.ContainsAnyExcept(HexDigits))
            return false;

        Span<byte> bytes = stackalloc byte[Length];
        Convert.FromHexString(text, bytes, out _, out _);
        hash = new Sha256Hash(bytes);
        return true;
    }

    /// <summary>Reads exactly 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Sha256Hash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new FormatException($"'{text}' is not a SHA-256 hash: 64 digits of 0-9 and a-f are needed.");

    /// <summary>Writes the 32 raw bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for 32 bytes.</exception>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _d);
    }

    /// <summary>Orders by value, byte for byte.</summary>
    public int CompareTo(Sha256Hash other)
    {
        var order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        if (order == 0) order = _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    /// <summary>The 64 hexadecimal digits.</summary>
    public override string ToString() => $"{_a:x16}{_b:x16}{_c:x16}{_d:x16}";

    /// <summary>Orders by value.</summary>
    public static bool operator <(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) < 0;

    /// <summary>Orders by value.</summary>
    public static bool operator >(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) > 0;

    /// <summary>Orders by value.</summary>
    public static bool operator <=(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by value.</summary>
    public static bool operator >=(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) >= 0;
}
