using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Monogres.Sources.Git;

/// <summary>A pack: many objects in one file, most of them as what they have otherwise than another one. See gitformat-pack(5).</summary>
internal sealed class GitPack : IDisposable
{
    private const int OffsetDelta = 6, ReferenceDelta = 7, IdLength = 20;

    // A tree of a release is read in the order of its files, whose bases lie all over the pack: what was made is kept until it is too much.
    private const long Kept = 96 << 20;

    private readonly PackIndex _index;
    private readonly SafeFileHandle _file;
    private readonly Dictionary<long, GitObject> _bases = [];
    private readonly Lock _lock = new();
    private long _kept;

    /// <summary>Opens a pack.</summary>
    /// <param name="path">The <c>.pack</c> file, with its <c>.idx</c> beside it.</param>
    public GitPack(string path)
    {
        _index = PackIndex.Read(Path.ChangeExtension(path, ".idx"));
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
    }

    /// <summary>The object of that id, or null when this pack does not have it. Its content is not verified yet.</summary>
    /// <param name="id">The id as bytes.</param>
    /// <param name="other">Finds an object that is not in this pack.</param>
    /// <exception cref="InvalidDataException">The pack is damaged.</exception>
    public GitObject? Find(ReadOnlySpan<byte> id, Func<string, GitObject> other) => _index.Find(id) is { } offset ? At(offset, other) : null;

    public void Dispose() => _file.Dispose();

    private GitObject At(long offset, Func<string, GitObject> other)
    {
        lock (_lock)
        {
            if (_bases.TryGetValue(offset, out var known))
                return known;
        }

        var read = Read(offset, other);
        lock (_lock)
        {
            if (_kept > Kept)
            {
                _bases.Clear();
                _kept = 0;
            }

            if (_bases.TryAdd(offset, read))
                _kept += read.Content.Length;
        }

        return read;
    }

    private GitObject Read(long offset, Func<string, GitObject> other)
    {
        using var section = new BufferedStream(new FileSection(_file, offset), 4 << 10);
        var (kind, size) = Header(section);
        if (kind is OffsetDelta)
        {
            var source = At(offset - Distance(section), other);
            return new GitObject(source.Kind, PackDelta.Apply(source.Content.Span, Inflate(section, size)));
        }

        if (kind is ReferenceDelta)
        {
            var id = new byte[IdLength];
            section.ReadExactly(id);
            var source = Find(id, other) ?? other(Convert.ToHexStringLower(id));
            return new GitObject(source.Kind, PackDelta.Apply(source.Content.Span, Inflate(section, size)));
        }

        return kind is >= (int)GitObjectKind.Commit and <= (int)GitObjectKind.Tag
            ? new GitObject((GitObjectKind)kind, Inflate(section, size))
            : throw new InvalidDataException($"it has the unknown kind {kind}");
    }

    // Three bits of kind, then the size, the lowest bits first.
    private static (int Kind, int Size) Header(Stream section)
    {
        var next = Byte(section);
        var (kind, size, shift) = ((next >> 4) & 7, (long)(next & 15), 4);
        while ((next & 0x80) != 0 && shift < 60)
        {
            next = Byte(section);
            size |= (long)(next & 0x7f) << shift;
            shift += 7;
        }

        return size is >= 0 and <= int.MaxValue ? (kind, (int)size) : throw new InvalidDataException("it is larger than 2 GiB");
    }

    // The highest bits first, and one more for each further byte, so that no number can be written in two ways.
    private static long Distance(Stream section)
    {
        var next = Byte(section);
        var distance = (long)(next & 0x7f);
        while ((next & 0x80) != 0)
        {
            next = Byte(section);
            distance = ((distance + 1) << 7) | (long)(next & 0x7f);
        }

        return distance;
    }

    private static byte[] Inflate(Stream section, int size)
    {
        var content = new byte[size];
        using var inflated = new ZLibStream(section, CompressionMode.Decompress, leaveOpen: true);
        inflated.ReadExactly(content);
        return content;
    }

    private static int Byte(Stream section) => section.ReadByte() is var next and >= 0 ? next : throw new EndOfStreamException();
}
