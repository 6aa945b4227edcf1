using System.Buffers.Binary;
using System.IO.Compression;

namespace Monogres.Sources.Git;

/// <summary>Reads a pack from its beginning to its end, as a server sends it: without an index, small enough for memory. See gitformat-pack(5).</summary>
internal sealed class PackReader
{
    private const int HeaderLength = 12, IdLength = 20, OffsetDelta = 6, ReferenceDelta = 7;

    // The trees of a large project are a few megabytes.
    private const int LargestObject = 64 << 20;

    private readonly ReadOnlyMemory<byte> _pack;
    private readonly Dictionary<int, GitObject> _byOffset = [];
    private readonly Dictionary<string, GitObject> _byId = new(StringComparer.Ordinal);
    private int _at = HeaderLength;

    private PackReader(ReadOnlyMemory<byte> pack) => _pack = pack;

    /// <summary>Every object of a pack, by the id that its content has.</summary>
    /// <exception cref="InvalidDataException">The pack is damaged, or refers to an object that is not in it.</exception>
    public static IReadOnlyDictionary<string, GitObject> Read(ReadOnlyMemory<byte> pack)
    {
        if (pack.Length < HeaderLength || !pack.Span.StartsWith("PACK"u8))
            throw new InvalidDataException("it is no pack");

        try
        {
            var reader = new PackReader(pack);
            for (var left = BinaryPrimitives.ReadUInt32BigEndian(pack.Span[8..]); left > 0; left--)
                reader.ReadObject();
            return reader._byId;
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or EndOfStreamException)
        {
            throw new InvalidDataException("it is cut off", e);
        }
    }

    private void ReadObject()
    {
        var (start, first) = (_at, _pack.Span[_at++]);
        var (kind, size, shift) = ((first >> 4) & 7, (long)(first & 15), 4);
        for (var next = first; (next & 0x80) != 0; shift += 7)
        {
            next = _pack.Span[_at++];
            size |= (long)(next & 0x7f) << Math.Min(shift, 56);
        }

        if (size is < 0 or > LargestObject)
            throw new InvalidDataException("an object is too large");

        var source = kind switch
        {
            OffsetDelta => _byOffset.GetValueOrDefault(start - Distance()),
            ReferenceDelta => _byId.GetValueOrDefault(Convert.ToHexStringLower(_pack.Span.Slice((_at += IdLength) - IdLength, IdLength))),
            _ => null,
        };
        if (source is null && kind is not (>= (int)GitObjectKind.Commit and <= (int)GitObjectKind.Tag))
            throw new InvalidDataException("an object is made from one that is not there");

        var content = Inflate((int)size);
        var read = source is null ? new GitObject((GitObjectKind)kind, content) : new GitObject(source.Kind, PackDelta.Apply(source.Content.Span, content));
        _byOffset[start] = read;
        _byId[GitHash.Of(read.Kind, read.Content.Span)] = read;
    }

    // The highest bits first, and one more for each further byte.
    private int Distance()
    {
        var next = _pack.Span[_at++];
        var distance = next & 0x7f;
        while ((next & 0x80) != 0)
        {
            next = _pack.Span[_at++];
            distance = ((distance + 1) << 7) | (next & 0x7f);
        }

        return distance;
    }

    // Nothing says how long the compressed content is: so it is handed over byte by byte, until its end was read.
    private byte[] Inflate(int size)
    {
        var content = new byte[size];
        var rest = new SingleBytes(_pack[_at..]);
        using var inflated = new ZLibStream(rest, CompressionMode.Decompress);
        inflated.ReadExactly(content);
        if (inflated.ReadByte() >= 0)
            throw new InvalidDataException("an object is longer than it says");

        _at += rest.Taken;
        return content;
    }

    /// <summary>Gives what it holds one byte at a time.</summary>
    private sealed class SingleBytes(ReadOnlyMemory<byte> bytes) : Stream
    {
        public int Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty || Taken == bytes.Length)
                return 0;

            buffer[0] = bytes.Span[Taken++];
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
