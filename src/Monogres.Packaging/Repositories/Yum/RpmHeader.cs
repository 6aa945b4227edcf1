using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// A header of an rpm package: values by number, all of them in the order of the bytes of a network
/// (https://rpm-software-management.github.io/rpm/manual/format_header.html). A package has two, that of its signatures and its own.
/// </summary>
public sealed class RpmHeader
{
    /// <summary>How many bytes come before the entries: magic, version, and how much follows.</summary>
    public const int IntroductionSize = 16;

    // What no package of any distribution comes near to, and memory can hold.
    private const int MostEntries = 65_536, LargestStore = 256 << 20;

    private const int EntrySize = 16;

    private readonly ImmutableDictionary<int, RpmValue> _values;

    private RpmHeader(ImmutableDictionary<int, RpmValue> values) => _values = values;

    /// <summary>The magic number with the version of the format and four reserved bytes.</summary>
    private static ReadOnlySpan<byte> Magic => [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];

    /// <summary>The values by their number.</summary>
    public IReadOnlyDictionary<int, RpmValue> Values => _values;

    /// <summary>How many bytes a header has, from its introduction.</summary>
    /// <exception cref="FormatException">It is no header, or a monstrous one.</exception>
    public static int SizeOf(ReadOnlySpan<byte> introduction)
    {
        if (introduction.Length < IntroductionSize || !introduction.StartsWith(Magic))
            throw new FormatException("it has no header where one should be");

        var (entries, store) = (BinaryPrimitives.ReadUInt32BigEndian(introduction[8..]), BinaryPrimitives.ReadUInt32BigEndian(introduction[12..]));
        return entries <= MostEntries && store <= LargestStore
            ? IntroductionSize + ((int)entries * EntrySize) + (int)store
            : throw new FormatException("its header is larger than that of any package");
    }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The whole header.</param>
    /// <exception cref="FormatException">Its entries do not fit its store.</exception>
    public static RpmHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (SizeOf(bytes) != bytes.Length)
            throw new FormatException("its header has another size than it says");

        var count = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var store = bytes[(IntroductionSize + (count * EntrySize))..];
        var values = ImmutableDictionary.CreateBuilder<int, RpmValue>();
        for (var i = 0; i < count; i++)
        {
            var entry = bytes.Slice(IntroductionSize + (i * EntrySize), EntrySize);
            int Field(ReadOnlySpan<byte> of, int index) => BinaryPrimitives.ReadInt32BigEndian(of[(index * 4)..]);
            var (tag, type, offset, items) = (Field(entry, 0), Field(entry, 1), Field(entry, 2), Field(entry, 3));
            if (offset < 0 || offset > store.Length || items < 0)
                throw new FormatException($"the value {tag} of its header is outside of it");
            if (!values.TryAdd(tag, RpmValue.Read((RpmType)type, items, store[offset..])))
                throw new FormatException($"its header has the value {tag} twice");
        }

        return new RpmHeader(values.ToImmutable());
    }

    /// <summary>Writes a header whose values are the region that its first entry frames, as rpm demands of what it verifies.</summary>
    /// <param name="region">The number of the region: <see cref="RpmTag.SignatureRegion"/>.</param>
    /// <param name="values">The other values by their number.</param>
    public static byte[] Write(int region, IReadOnlyDictionary<int, RpmValue> values)
    {
        var entries = new MemoryStream();
        var store = new MemoryStream();
        foreach (var (tag, value) in values.OrderBy(value => value.Key))
        {
            while (store.Length % value.Alignment != 0)
                store.WriteByte(0);
            WriteEntry(entries, tag, value.Type, (int)store.Length, value.Count);
            store.Write(value.Bytes.Span);
        }

        // The region's value is an entry that says how far back its entries begin.
        var count = values.Count + 1;
        var (all, end) = (new MemoryStream(), (int)store.Length);
        WriteEntry(store, region, RpmType.Binary, -count * EntrySize, EntrySize);
        all.Write(Magic);
        WriteNumber(all, count);
        WriteNumber(all, (int)store.Length);
        WriteEntry(all, region, RpmType.Binary, end, EntrySize);
        entries.WriteTo(all);
        store.WriteTo(all);
        return all.ToArray();
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(int tag) => _values.TryGetValue(tag, out var value) ? value.Texts().FirstOrDefault() : null;

    /// <summary>Several texts; none when it is not there.</summary>
    public ImmutableArray<string> Texts(int tag) => _values.TryGetValue(tag, out var value) ? value.Texts() : [];

    /// <summary>Several numbers; none when it is not there.</summary>
    public ImmutableArray<long> Numbers(int tag) => _values.TryGetValue(tag, out var value) ? value.Numbers() : [];

    /// <summary>A number, under the first of these numbers that is there; null when none is.</summary>
    public long? Number(params ReadOnlySpan<int> tags)
    {
        foreach (var tag in tags)
        {
            if (Numbers(tag) is [var number, ..])
                return number;
        }

        return null;
    }

    private static void WriteEntry(Stream output, int tag, RpmType type, int offset, int count)
    {
        foreach (var number in (ReadOnlySpan<int>)[tag, (int)type, offset, count])
            WriteNumber(output, number);
    }

    private static void WriteNumber(Stream output, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        output.Write(bytes);
    }
}

/// <summary>How a value of a header is written.</summary>
public enum RpmType
{
    /// <summary>Nothing.</summary>
    Null = 0,

    /// <summary>Characters of one byte.</summary>
    Characters = 1,

    /// <summary>Numbers of one byte.</summary>
    Bits8 = 2,

    /// <summary>Numbers of two bytes.</summary>
    Bits16 = 3,

    /// <summary>Numbers of four bytes.</summary>
    Bits32 = 4,

    /// <summary>Numbers of eight bytes.</summary>
    Bits64 = 5,

    /// <summary>One text, ended by zero.</summary>
    Text = 6,

    /// <summary>Bytes.</summary>
    Binary = 7,

    /// <summary>Several texts, each ended by zero.</summary>
    Texts = 8,

    /// <summary>A text in several languages, of which the first is the usual one.</summary>
    Translated = 9,
}

/// <summary>A value of a header.</summary>
/// <param name="Type">How it is written.</param>
/// <param name="Count">How many of them.</param>
/// <param name="Bytes">What is written.</param>
public sealed record RpmValue(RpmType Type, int Count, ReadOnlyMemory<byte> Bytes)
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What its place in the store is a multiple of.</summary>
    public int Alignment => Type is RpmType.Bits16 or RpmType.Bits32 or RpmType.Bits64 ? SizeOf(Type) : 1;

    /// <summary>Bytes as a value.</summary>
    public static RpmValue Of(byte[] bytes) => new(RpmType.Binary, bytes.Length, bytes);

    /// <summary>Reads a value that begins a part of a store.</summary>
    /// <exception cref="FormatException">It is no value, or goes on after the end.</exception>
    public static RpmValue Read(RpmType type, int count, ReadOnlySpan<byte> store)
    {
        long size;
        if (type is RpmType.Text or RpmType.Texts or RpmType.Translated)
        {
            size = 0;
            for (var i = 0; i < (type is RpmType.Text ? 1 : count); i++)
            {
                var end = store[(int)size..].IndexOf((byte)0);
                size += end >= 0 ? end + 1 : throw new FormatException("a text of its header has no end");
            }
        }
        else
        {
            size = type is >= RpmType.Null and <= RpmType.Binary ? (long)count * SizeOf(type) : throw new FormatException($"its header has a value of the unknown type {(int)type}");
        }

        return size <= store.Length ? new RpmValue(type, count, store[..(int)size].ToArray()) : throw new FormatException("a value of its header goes on after the end");
    }

    /// <summary>The texts.</summary>
    /// <exception cref="FormatException">It is something else, or no UTF-8.</exception>
    public ImmutableArray<string> Texts()
    {
        if (Type is not (RpmType.Text or RpmType.Texts or RpmType.Translated))
            throw new FormatException("its header has something else where a text should be");

        try
        {
            return Bytes.Length == 0 ? [] : [.. Encoding.GetString(Bytes.Span[..^1]).Split('\0')];
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException("a text of its header is not UTF-8", error);
        }
    }

    /// <summary>The numbers.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public ImmutableArray<long> Numbers()
    {
        var numbers = ImmutableArray.CreateBuilder<long>(Count);
        for (var i = 0; i < Count; i++)
        {
            var bytes = Bytes.Span[(i * SizeOf(Type))..];
            numbers.Add(Type switch
            {
                RpmType.Bits16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
                RpmType.Bits32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
                RpmType.Bits64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
                _ => throw new FormatException("its header has something else where a number should be"),
            });
        }

        return numbers.ToImmutable();
    }

    private static int SizeOf(RpmType type) => type switch
    {
        RpmType.Null => 0,
        RpmType.Bits16 => 2,
        RpmType.Bits32 => 4,
        RpmType.Bits64 => 8,
        _ => 1,
    };
}
