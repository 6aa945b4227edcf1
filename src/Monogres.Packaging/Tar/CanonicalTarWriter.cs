using System.Buffers;
using System.Globalization;
using System.Text;
using Monogres.Core;

namespace Monogres.Packaging.Tar;

/// <summary>
/// Writes the one tar stream that a tree has: POSIX.1-1988 ustar headers, every field fixed but name, size, kind and
/// link. Owner and group are 0 without names; files are 0644 or 0755, directories 0755, links 0777; all times are one
/// constant. Whoever writes the same tree, with whatever umask, gets the same bytes. Not .NET's own writer, whose PAX
/// entries hold the process id.
/// Format: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar interchange format).
/// </summary>
/// <param name="output">Where to write; stays open.</param>
/// <param name="time">The modification time of every entry (seconds are kept).</param>
public sealed class CanonicalTarWriter(Stream output, DateTimeOffset time)
{
    private const int BlockSize = 512;
    private const int NameLength = 100, PrefixLength = 155;

    /// <summary>The largest file that a ustar header can hold: 8 GiB less one byte.</summary>
    public const long LargestFile = 0x1FFFFFFFF;

    private readonly byte[] _block = new byte[BlockSize];
    private long _written;

    /// <summary>Writes a directory entry.</summary>
    /// <exception cref="UserErrorException">The path does not fit a ustar header.</exception>
    public ValueTask WriteDirectoryAsync(RelativePath path, CancellationToken cancel) =>
        WriteHeaderAsync(path.Value + "/", mode: 0b111_101_101, size: 0, kind: '5', link: "", cancel);

    /// <summary>Writes a symbolic link.</summary>
    /// <exception cref="UserErrorException">The path or the target does not fit a ustar header.</exception>
    public ValueTask WriteSymlinkAsync(RelativePath path, string target, CancellationToken cancel) =>
        WriteHeaderAsync(path.Value, mode: 0b111_111_111, size: 0, kind: '2', target, cancel);

    /// <summary>Writes a file with exactly <paramref name="size"/> bytes of <paramref name="content"/>.</summary>
    /// <exception cref="UserErrorException">The path or the size does not fit a ustar header.</exception>
    public async ValueTask WriteFileAsync(RelativePath path, bool executable, long size, Stream content, CancellationToken cancel)
    {
        if (size > LargestFile)
            throw TarErrors.TooLarge(path, size);

        await WriteHeaderAsync(path.Value, executable ? 0b111_101_101 : 0b110_100_100, size, '0', "", cancel);
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

    private async ValueTask WriteHeaderAsync(string path, int mode, long size, char kind, string link, CancellationToken cancel)
    {
        var (prefix, name) = Split(path);
        var header = _block.AsSpan();
        header.Clear();
        Text(header, 0, NameLength, name);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 0);
        Octal(header, 116, 8, 0);
        Octal(header, 124, 12, size);
        Octal(header, 136, 12, time.ToUnixTimeSeconds());
        header[148..156].Fill((byte)' ');
        header[156] = (byte)kind;
        if (Encoding.UTF8.GetByteCount(link) > NameLength)
            throw TarErrors.LinkTooLong(path, link);

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

    /// <summary>A path of up to 100 bytes stands in the name; a longer one is cut at a slash, as far right as the prefix allows.</summary>
    private static (string Prefix, string Name) Split(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) <= NameLength)
            return ("", path);

        for (var slash = path.LastIndexOf('/', path.Length - 2); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var (prefix, name) = (path[..slash], path[(slash + 1)..]);
            if (Encoding.UTF8.GetByteCount(prefix) <= PrefixLength)
                return Encoding.UTF8.GetByteCount(name) <= NameLength ? (prefix, name) : throw TarErrors.PathTooLong(path);
        }

        throw TarErrors.PathTooLong(path);
    }

    private static void Text(Span<byte> header, int at, int length, string text) => Encoding.UTF8.GetBytes(text, header.Slice(at, length));

    private static void Octal(Span<byte> header, int at, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0'), header.Slice(at, length - 1));
}

/// <summary>What cannot be said in a ustar header.</summary>
public static class TarErrors
{
    /// <summary>A path that is too long, or cannot be cut at a slash.</summary>
    public static UserErrorException PathTooLong(string path) => new(
        $"`{path}` is too long for a tar archive of the ustar format",
        "a name may have 100 bytes, or 100 after a slash and 155 before it");

    /// <summary>A link whose target is too long.</summary>
    public static UserErrorException LinkTooLong(string path, string target) => new(
        $"the link `{path}` points to `{target}`, which is too long for a tar archive of the ustar format",
        "a link target may have 100 bytes");

    /// <summary>A file of 8 GiB or more.</summary>
    public static UserErrorException TooLarge(RelativePath path, long size) => new(
        $"`{path}` has {size.ToString(CultureInfo.InvariantCulture)} bytes, which is too large for a tar archive of the ustar format",
        "a file may have 8 GiB less one byte");
}
