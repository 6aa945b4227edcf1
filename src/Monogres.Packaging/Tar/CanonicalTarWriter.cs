using System.Buffers;
using System.Globalization;
using System.Text;
using Monogres.Core;

namespace Monogres.Packaging.Tar;

/// <summary>
/// Writes the one tar stream that a tree has: POSIX.1-1988 ustar headers, every field fixed but name, size, kind and
/// link. Unless the caller overrides it for a path, owner and group are 0 without names; files are 0644 or 0755, directories 0755, links 0777; all times are one
/// constant. Whoever writes the same tree, with whatever umask, gets the same bytes. What a ustar header cannot hold (a path
/// that is too long, or cannot be cut; a long target of a link; a size from 8 GiB on) is in a pax header before it, which has
/// nothing else and is there only then. Not .NET's own writer, whose pax headers hold the process id.
/// Format: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (pax and ustar interchange formats).
/// </summary>
/// <param name="output">Where to write; stays open.</param>
/// <param name="time">The modification time of every entry (seconds are kept).</param>
/// <param name="overrides">Entries with another mode or owner, by path; null when there are none.</param>
public sealed class CanonicalTarWriter(Stream output, DateTimeOffset time, IReadOnlyDictionary<RelativePath, TarAttributes>? overrides = null)
{
    private const int BlockSize = 512;
    private const int NameLength = 100, PrefixLength = 155;

    /// <summary>The largest file that a ustar header can hold: 8 GiB less one byte.</summary>
    public const long LargestFile = 0x1FFFFFFFF;

    /// <summary>The name of every pax header. Programs that do not know such headers would write a file of this name.</summary>
    public const string ExtendedHeaderName = "PaxHeaders/entry";

    private const char Regular = '0', Symlink = '2', Directory = '5', Extended = 'x';
    private const int FileMode = 0b110_100_100, ProgramMode = 0b111_101_101, LinkMode = 0b111_111_111;

    private readonly byte[] _block = new byte[BlockSize];
    private long _written;

    /// <summary>Whether an entry has no pax header: some programs, dpkg among them, read none.</summary>
    /// <param name="path">Its path; that of a directory ends with a slash.</param>
    /// <param name="link">The target of a symbolic link, empty for anything else.</param>
    /// <param name="size">The size of a file, 0 for anything else.</param>
    public static bool FitsUstar(string path, string link, long size) =>
        TrySplit(path, out _, out _) && Encoding.UTF8.GetByteCount(link) <= NameLength && size <= LargestFile;

    /// <summary>Writes a directory entry.</summary>
    public ValueTask WriteDirectoryAsync(RelativePath path, CancellationToken cancel) =>
        WriteEntryAsync(path.Value + "/", AttributesOf(path, ProgramMode), size: 0, Directory, link: "", cancel);

    /// <summary>Writes a symbolic link.</summary>
    public ValueTask WriteSymlinkAsync(RelativePath path, string target, CancellationToken cancel) =>
        WriteEntryAsync(path.Value, AttributesOf(path, LinkMode), size: 0, Symlink, target, cancel);

    /// <summary>Writes a file with exactly <paramref name="size"/> bytes of <paramref name="content"/>.</summary>
    public async ValueTask WriteFileAsync(RelativePath path, bool executable, long size, Stream content, CancellationToken cancel)
    {
        await WriteEntryAsync(path.Value, AttributesOf(path, executable ? ProgramMode : FileMode), size, Regular, link: "", cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            var left = size;
            while (left > 0)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
                if (read == 0)
                    throw new EndOfStreamException($"`{path}` ended {left} bytes early");

                await output.WriteAsync(buffer.AsMemory(0, read), cancel);
                left -= read;
            }

            // Readers see that the stream is verified to its end, not only to its announced size.
            if (await content.ReadAsync(buffer.AsMemory(0, 1), cancel) != 0)
                throw new InvalidDataException($"`{path}` is longer than {size} bytes");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _written += size;
        await PadAsync(BlockSize, cancel);
    }

    /// <summary>Ends the archive: two empty blocks, filled up to a record of 20 blocks as tar programs do.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancel)
    {
        _block.AsSpan().Clear();
        await output.WriteAsync(_block, cancel);
        await output.WriteAsync(_block, cancel);
        _written += 2 * BlockSize;
        await PadAsync(20 * BlockSize, cancel);
        await output.FlushAsync(cancel);
    }

    private TarAttributes AttributesOf(RelativePath path, int mode) =>
        overrides is not null && overrides.TryGetValue(path, out var attributes) ? attributes : new TarAttributes(mode, Owner: 0);

    /// <summary>Writes the header of an entry, and before it what that cannot hold.</summary>
    private async ValueTask WriteEntryAsync(string path, TarAttributes attributes, long size, char kind, string link, CancellationToken cancel)
    {
        var (fits, longLink, large) = (TrySplit(path, out var prefix, out var name), Encoding.UTF8.GetByteCount(link) > NameLength, size > LargestFile);
        var records = new MemoryStream();
        if (longLink)
            AddRecord(records, "linkpath", link);
        // Some readers (.NET's) pass over the prefix of an entry that has a pax header.
        if (!fits || ((longLink || large) && prefix.Length > 0))
            AddRecord(records, "path", path);
        if (large)
            AddRecord(records, "size", size.ToString(CultureInfo.InvariantCulture));

        if (records.Length > 0)
        {
            await WriteHeaderAsync("", ExtendedHeaderName, new TarAttributes(FileMode, Owner: 0), records.Length, Extended, link: "", cancel);
            await output.WriteAsync(records.GetBuffer().AsMemory(0, (int)records.Length), cancel);
            _written += records.Length;
            await PadAsync(BlockSize, cancel);
        }

        // What the records say counts; the fields have as much as they can hold.
        await WriteHeaderAsync(prefix, name, attributes, Math.Min(size, LargestFile), kind, Start(link), cancel);
    }

    /// <summary>A record is its own length in decimal, a space, the keyword, <c>=</c>, the value, and a newline.</summary>
    private static void AddRecord(MemoryStream records, string keyword, string value)
    {
        var rest = Encoding.UTF8.GetBytes($" {keyword}={value}\n");
        var length = rest.Length;
        while (length != rest.Length + Digits(length))
            length = rest.Length + Digits(length);

        records.Write(Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        records.Write(rest);

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    private async ValueTask WriteHeaderAsync(string prefix, string name, TarAttributes attributes, long size, char kind, string link, CancellationToken cancel)
    {
        var header = _block.AsSpan();
        header.Clear();
        Text(header, 0, NameLength, name);
        Octal(header, 100, 8, attributes.Mode);
        Octal(header, 108, 8, attributes.Owner);
        Octal(header, 116, 8, attributes.Owner);
        Octal(header, 124, 12, size);
        Octal(header, 136, 12, time.ToUnixTimeSeconds());
        header[148..156].Fill((byte)' ');
        header[156] = (byte)kind;
        Text(header, 157, NameLength, link);
        "ustar\0"u8.CopyTo(header[257..]);
        "00"u8.CopyTo(header[263..]);
        Octal(header, 329, 8, 0);
        Octal(header, 337, 8, 0);
        Text(header, 345, PrefixLength, prefix);

        var sum = 0;
        foreach (var value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0'), header[148..]);
        header[154] = 0;

        await output.WriteAsync(_block, cancel);
        _written += BlockSize;
    }

    private async ValueTask PadAsync(int multiple, CancellationToken cancel)
    {
        var padding = (int)((multiple - (_written % multiple)) % multiple);
        await output.WriteAsync(new byte[padding], cancel);
        _written += padding;
    }

    /// <summary>A path of up to 100 bytes stands in the name; a longer one is cut at a slash, as far right as the prefix allows. What does not fit is cut short.</summary>
    private static bool TrySplit(string path, out string prefix, out string name)
    {
        (prefix, name) = ("", path);
        if (Encoding.UTF8.GetByteCount(path) <= NameLength)
            return true;

        for (var slash = path.LastIndexOf('/', path.Length - 2); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (Encoding.UTF8.GetByteCount(path.AsSpan(0, slash)) > PrefixLength)
                continue;

            if (Encoding.UTF8.GetByteCount(path.AsSpan(slash + 1)) > NameLength)
                break;

            (prefix, name) = (path[..slash], path[(slash + 1)..]);
            return true;
        }

        name = Start(path);
        return false;
    }

    /// <summary>As many whole characters from the start of a text as a field of the header holds.</summary>
    private static string Start(string text)
    {
        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > NameLength)
                break;

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static void Text(Span<byte> header, int at, int length, string text) => Encoding.UTF8.GetBytes(text, header.Slice(at, length));

    private static void Octal(Span<byte> header, int at, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0'), header.Slice(at, length - 1));
}

/// <summary>What the header of an entry says of who may use it.</summary>
/// <param name="Mode">Its permissions, with the bits above them: <c>0b001_111_111_111</c> is 1777.</param>
/// <param name="Owner">The number of its user and of its group.</param>
public sealed record TarAttributes(int Mode, int Owner);
