using System.Globalization;
using System.Text;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Packages;

/// <summary>A member of an ar archive.</summary>
/// <param name="Name">Without padding.</param>
/// <param name="Modified">When it was changed last, in seconds since 1970.</param>
/// <param name="Owner">The number of its user.</param>
/// <param name="Group">The number of its group.</param>
/// <param name="Mode">Its type and permissions, as <c>st_mode</c> has them.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">Its bytes; valid until the next member is asked for.</param>
public sealed record ArMember(string Name, long Modified, long Owner, long Group, int Mode, long Size, Stream Content);

/// <summary>Reads the common ar format (ar(5)), strictly: whatever deviates from <c>deb(5)</c> is refused.</summary>
/// <param name="archive">Read from its current position; not disposed.</param>
/// <param name="gnu">Whether it may be a library with the members of GNU that have no plain names: <c>/</c>, <c>//</c> and <c>/12</c>, which are left as they are.</param>
public sealed class ArReader(Stream archive, bool gnu = false)
{
    private const int HeaderLength = 60;

    private static ReadOnlySpan<byte> Magic => "!<arch>\n"u8;

    private ArMember? _current;
    private bool _started;

    /// <summary>The next member, or null at the end.</summary>
    /// <exception cref="ArchiveException">The archive is damaged or truncated.</exception>
    public async ValueTask<ArMember?> NextAsync(CancellationToken cancel)
    {
        if (!_started)
            await ReadMagicAsync(cancel);
        _started = true;
        if (_current is not null)
            await SkipRestAsync(_current, cancel);

        var header = new byte[HeaderLength];
        var read = await archive.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancel);
        if (read == 0)
            return null;
        if (read < HeaderLength)
            throw new ArchiveException("the ar archive ends in the middle of a member's header");
        if (!header.AsSpan(58).SequenceEqual("`\n"u8))
            throw new ArchiveException("the ar archive is damaged: no member's header where one is expected");

        // GNU ar ends names with a slash, dpkg does not.
        var name = Field(header, 0, 16);
        name = name.EndsWith('/') && !(gnu && name.StartsWith('/')) ? name[..^1] : name;
        if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArchiveException("the ar archive has a member without a plain name");
        long Number(int start, int length, string what) => Field(header, start, length) switch
        {
            // GNU ar leaves what it does not know of its own members blank.
            "" when gnu => 0,
            var text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new ArchiveException($"has {what} that is not a number", name),
        };

        var size = Number(48, 10, "a size");
        var modified = Number(16, 12, "a time");
        return _current = new ArMember(name, modified, Number(28, 6, "an owner"), Number(34, 6, "a group"), Mode(Field(header, 40, 8)), size, new MemberStream(archive, name, size));
    }

    // Octal, unlike the other numbers.
    private static int Mode(string text)
    {
        var mode = 0;
        foreach (var digit in text)
            mode = digit is >= '0' and <= '7' ? (mode << 3) + (digit - '0') : throw new ArchiveException("the ar archive has a mode that is not a number");
        return mode;
    }

    private static string Field(byte[] header, int start, int length) => Encoding.Latin1.GetString(header, start, length).TrimEnd(' ');

    private async ValueTask ReadMagicAsync(CancellationToken cancel)
    {
        var start = new byte[Magic.Length];
        var read = await archive.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        if (read < start.Length || !start.AsSpan().SequenceEqual(Magic))
            throw new ArchiveException("the file is not an ar archive");
    }

    private async ValueTask SkipRestAsync(ArMember member, CancellationToken cancel)
    {
        var buffer = new byte[16 << 10];
        while (await member.Content.ReadAsync(buffer, cancel) > 0)
        {
            // What the caller did not read is of no interest.
        }

        if (member.Size % 2 == 0)
            return;

        var padding = new byte[1];
        var read = await archive.ReadAsync(padding, cancel);
        if (read == 0)
            throw new ArchiveException("ends without its padding: the ar archive is truncated", member.Name);
        if (padding[0] != (byte)'\n')
            throw new ArchiveException("has a wrong padding byte after it", member.Name);
    }

    private sealed class MemberStream(Stream archive, string name, long size) : ForwardStream
    {
        private long _left = size;

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0 || buffer.IsEmpty)
                return 0;

            return Count(archive.Read(buffer[..(int)Math.Min(buffer.Length, _left)]));
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 || buffer.IsEmpty)
                return 0;

            return Count(await archive.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken));
        }

        private int Count(int read)
        {
            _left -= read;
            return read > 0 ? read : throw new ArchiveException($"ends {_left} bytes early: the ar archive is truncated", name);
        }
    }
}
