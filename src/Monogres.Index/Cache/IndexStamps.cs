using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Monogres.Index.Json;

namespace Monogres.Index.Cache;

/// <summary>
/// The stamp of every file and directory of an index, as bytes that can be kept and compared. That of a directory tells when
/// entries came or went, so that no directory is listed to see that nothing has changed.
/// </summary>
internal sealed class IndexStamps
{
    private IndexStamps(ReadOnlyMemory<byte> written, long newestChange) => (Written, NewestChange) = (written, newestChange);

    /// <summary>For each entry in the order of the paths: the length of its path, the path, its stamp.</summary>
    public ReadOnlyMemory<byte> Written { get; }

    /// <summary>The latest <see cref="FileStamp.Changed"/> of all.</summary>
    public long NewestChange { get; }

    /// <summary>Takes the stamps of an index; null when some of it cannot be asked about.</summary>
    public static IndexStamps? TryTake(string directory)
    {
        try
        {
            var paths = new PathBuffer(directory);
            var bytes = new ArrayBufferWriter<byte>();
            var newest = long.MinValue;
            foreach (var path in IndexTree.Of(directory).Select(entry => entry.Path).Order(StringComparer.Ordinal))
            {
                var name = Encoding.UTF8.GetBytes(path);
                if (name.Length > ushort.MaxValue || !FileStamp.TryRead(paths.Of(name), out var stamp))
                    return null;

                var to = bytes.GetSpan(sizeof(ushort) + name.Length + FileStamp.Length);
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)name.Length);
                name.CopyTo(to[sizeof(ushort)..]);
                stamp.WriteTo(to[(sizeof(ushort) + name.Length)..]);
                bytes.Advance(sizeof(ushort) + name.Length + FileStamp.Length);
                newest = Math.Max(newest, stamp.Changed);
            }

            return new IndexStamps(bytes.WrittenMemory, newest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether an index still has exactly the stamps that were written.</summary>
    public static bool AreOf(string directory, ReadOnlySpan<byte> written)
    {
        var paths = new PathBuffer(directory);
        while (!written.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(written);
            var name = written.Slice(sizeof(ushort), length);
            if (!FileStamp.TryRead(paths.Of(name), out var stamp) || stamp != FileStamp.ReadFrom(written[(sizeof(ushort) + length)..]))
                return false;

            written = written[(sizeof(ushort) + length + FileStamp.Length)..];
        }

        return true;
    }

    /// <summary>Makes absolute paths of relative ones in one place, since there are thousands.</summary>
    private sealed class PathBuffer
    {
        private readonly int _start;
        private byte[] _bytes;

        public PathBuffer(string directory)
        {
            _bytes = Encoding.UTF8.GetBytes(directory + "/");
            _start = _bytes.Length;
        }

        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> path)
        {
            var length = _start + path.Length;
            if (length >= _bytes.Length)
                Array.Resize(ref _bytes, length + 256);

            path.CopyTo(_bytes.AsSpan(_start));
            _bytes[length] = 0;
            return _bytes.AsSpan(0, length + 1);
        }
    }
}
