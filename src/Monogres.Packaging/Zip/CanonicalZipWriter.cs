using System.Buffers.Binary;
using System.Text;
using Monogres.Core;

namespace Monogres.Packaging.Zip;

/// <summary>
/// Writes the one zip archive that a tree has, when its files are deflated already: every field fixed but name, size, kind and
/// mode. Files are 0644 or 0755, directories 0755, links 0777; all times are one constant, in UTC. Sizes and checksums stand
/// before each file, so that an archive can be unpacked while it is read.
/// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (6.3.10), without its ZIP64 extensions.
/// </summary>
/// <param name="output">Where to write; stays open.</param>
/// <param name="time">The modification time of every entry; the format keeps two seconds, from 1980 on.</param>
public sealed class CanonicalZipWriter(Stream output, DateTimeOffset time)
{
    private const int LocalHeader = 0x04034b50, CentralHeader = 0x02014b50, EndHeader = 0x06054b50;
    private const ushort Version = 20, MadeByUnix = (3 << 8) | Version, NamesAreUtf8 = 1 << 11;
    private const ushort Stored = 0, Deflated = 8;
    private const int MostEntries = ushort.MaxValue - 1;
    private const int File = 0x8000, Link = 0xA000, Folder = 0x4000;

    // RFC 1952: a header of ten bytes when there is no name, and behind the deflate stream checksum and size.
    private const int GzipHeader = 10, GzipTrailer = 8;

    private readonly List<byte[]> _central = [];
    private readonly uint _time = DosTime(time);
    private long _written;

    /// <summary>Writes a directory.</summary>
    /// <exception cref="UserErrorException">The archive cannot hold it.</exception>
    public Task WriteDirectoryAsync(RelativePath path, CancellationToken cancel) => WriteStoredAsync(path.Value + "/", Folder | 0b111_101_101, [], cancel);

    /// <summary>Writes a symbolic link, as Info-ZIP does: a file that holds the target.</summary>
    /// <exception cref="UserErrorException">The archive cannot hold it.</exception>
    public Task WriteSymlinkAsync(RelativePath path, string target, CancellationToken cancel) => WriteStoredAsync(path.Value, Link | 0b111_111_111, Encoding.UTF8.GetBytes(target), cancel);

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="executable">Whether it is a program.</param>
    /// <param name="size">Its size.</param>
    /// <param name="gzip">The file, compressed by gzip without a name.</param>
    /// <param name="length">How long that is.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="InvalidDataException">That is not the file in gzip's format.</exception>
    /// <exception cref="UserErrorException">The archive cannot hold it.</exception>
    public async Task WriteFileAsync(RelativePath path, bool executable, long size, Stream gzip, long length, CancellationToken cancel)
    {
        // The checksum comes last in gzip's format, and first here.
        if (length > Array.MaxLength)
            throw TooLarge(path.Value);

        var bytes = new byte[length];
        await gzip.ReadExactlyAsync(bytes, cancel);
        await WriteDeflatedAsync(path, executable, size, bytes, cancel);
    }

    private async Task WriteDeflatedAsync(RelativePath path, bool executable, long size, ReadOnlyMemory<byte> gzip, CancellationToken cancel)
    {
        if (gzip.Length < GzipHeader + GzipTrailer || gzip.Span[..4] is not [0x1f, 0x8b, 8, 0])
            throw new InvalidDataException($"`{path}` is not in the format of gzip, or has a name in it");

        var trailer = gzip.Span[^GzipTrailer..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)size)
            throw new InvalidDataException($"`{path}` has another size");

        var entry = new Entry(path.Value, File | (executable ? 0b111_101_101 : 0b110_100_100), Deflated, BinaryPrimitives.ReadUInt32LittleEndian(trailer), size);
        await WriteAsync(entry, gzip[GzipHeader..^GzipTrailer], cancel);
    }

    private Task WriteStoredAsync(string name, int mode, byte[] content, CancellationToken cancel) =>
        WriteAsync(new Entry(name, mode, Stored, System.IO.Hashing.Crc32.HashToUInt32(content), content.Length), content, cancel);

    /// <summary>Ends the archive with its directory.</summary>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        var at = _written;
        foreach (var header in _central)
            await PutAsync(header, cancel);

        var end = new Fields(22);
        end.Int(EndHeader).Short(0).Short(0).Short((ushort)_central.Count).Short((ushort)_central.Count).Int(_written - at).Int(at).Short(0);
        await PutAsync(end.Bytes, cancel);
        await output.FlushAsync(cancel);
    }

    private async Task WriteAsync(Entry entry, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var at = _written;
        if (entry.Size >= uint.MaxValue || at + content.Length >= uint.MaxValue || _central.Count == MostEntries)
            throw TooLarge(entry.Name);

        var name = Encoding.UTF8.GetBytes(entry.Name);
        var local = new Fields(30 + name.Length);
        Common(local.Int(LocalHeader).Short(Version)).Short(0).Put(name);
        await PutAsync(local.Bytes, cancel);
        await PutAsync(content, cancel);

        var central = new Fields(46 + name.Length);
        Common(central.Int(CentralHeader).Short(MadeByUnix).Short(Version)).Short(0).Short(0).Short(0).Short(0).Int((uint)entry.Mode << 16).Int(at).Put(name);
        _central.Add(central.Bytes);

        Fields Common(Fields fields) => fields
            .Short(NamesAreUtf8).Short(entry.Method).Int(_time).Int(entry.Checksum).Int(content.Length).Int(entry.Size).Short((ushort)name.Length);
    }

    private async Task PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await output.WriteAsync(bytes, cancel);
        _written += bytes.Length;
    }

    private static UserErrorException TooLarge(string name) =>
        new($"the archive is too large for the zip format at `{name}`", "a zip archive may have 4 GiB and 65,534 entries: choose the format tar.zst, tar.xz or tar.gz");

    // 4.4.6: the format of MS-DOS, which begins with 1980.
    private static uint DosTime(DateTimeOffset time)
    {
        var utc = time.UtcDateTime.Year < 1980 ? new DateTime(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc) : time.UtcDateTime;
        return ((uint)(utc.Year - 1980) << 25) | ((uint)utc.Month << 21) | ((uint)utc.Day << 16) | ((uint)utc.Hour << 11) | ((uint)utc.Minute << 5) | ((uint)utc.Second >> 1);
    }

    private readonly record struct Entry(string Name, int Mode, ushort Method, uint Checksum, long Size);

    /// <summary>Fields one behind the other, the lowest byte first.</summary>
    private sealed class Fields(int length)
    {
        private int _at;

        public byte[] Bytes { get; } = new byte[length];

        public Fields Short(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(_at), value);
            _at += sizeof(ushort);
            return this;
        }

        public Fields Int(long value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(_at), (uint)value);
            _at += sizeof(uint);
            return this;
        }

        public void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Bytes.AsSpan(_at));
            _at += bytes.Length;
        }
    }
}
