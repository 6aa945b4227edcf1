using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Monogres.Core;
using Monogres.Index.Platforms;

namespace Monogres.Index.Image;

/// <summary>Writes records one after the other, and the texts that they share at the end.</summary>
internal sealed class WireWriter : Wire
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>Where the next byte goes.</summary>
    public int Position => _bytes.WrittenCount;

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public override long Number(long? value)
    {
        var number = value!.Value;
        var rest = (ulong)((number << 1) ^ (number >> 63));
        var to = _bytes.GetSpan(10);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
            to[length++] = (byte)(rest | 0x80);

        to[length++] = (byte)rest;
        _bytes.Advance(length);
        return number;
    }

    public override string Text(string? value)
    {
        Number(NumberOf(value!));
        return value!;
    }

    public override string OwnText(string? value)
    {
        Number(Encoding.UTF8.GetByteCount(value!));
        Encoding.UTF8.GetBytes(value, _bytes);
        return value!;
    }

    public override Sha256Hash Hash(Sha256Hash? value)
    {
        var to = _bytes.GetSpan(Sha256Hash.Length);
        Convert.FromHexString(value!.Value.ToString(), to, out _, out _);
        _bytes.Advance(Sha256Hash.Length);
        return value.Value;
    }

    public override VersionRange Range(VersionRange? value)
    {
        Text(value!.ToString());
        return value;
    }

    public override Platform PlatformByName(Platform? value)
    {
        PlatformName(value!.Name);
        return value;
    }

    /// <summary>Which of the shared texts this is.</summary>
    public int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number))
            return number;

        _numbers.Add(text, _texts.Count);
        _texts.Add(text);
        return _texts.Count - 1;
    }

    /// <summary>A number of a fixed width, for tables in which something is looked up.</summary>
    public void Fixed(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    /// <summary>Writes the texts that were shared until now: where each ends, then all of them; returns where that is and how many there are.</summary>
    public (int Position, int Count) Texts()
    {
        var position = Position;
        var end = 0;
        foreach (var text in _texts)
            Fixed(end += Encoding.UTF8.GetByteCount(text));
        foreach (var text in _texts)
            Encoding.UTF8.GetBytes(text, _bytes);
        return (position, _texts.Count);
    }
}
