using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>A cpio archive in the "new ASCII" format (cpio(5)), which packages of rpm hold their files in.</summary>
internal sealed class CpioArchive(Content content) : Archive
{
    private const int HeaderLength = 110, MagicLength = 6, FieldLength = 8, LongestName = 4096, Alignment = 4;
    private const int TypeMask = 0xF000;

    private enum At
    {
        Inode, Mode, User, Group, Links, Time, Size, DeviceMajor, DeviceMinor, SpecialMajor, SpecialMinor, NameSize, Checksum,
    }

    public override string Format => "cpio archive";

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        var header = new byte[HeaderLength];
        for (var ordinal = 0; ; ordinal++)
        {
            await ExactlyAsync(stream, header, cancel);
            if (!header.AsSpan().StartsWith("070701"u8) && !header.AsSpan().StartsWith("070702"u8))
                throw new ArchiveException("the cpio archive is damaged: no header where one is expected");

            var nameSize = Number(header, At.NameSize);
            if (nameSize is < 1 or > LongestName)
                throw new ArchiveException("the cpio archive has a name that is too long");
            var name = new byte[nameSize + Padding(HeaderLength + nameSize)];
            await ExactlyAsync(stream, name, cancel);
            var entry = Of(header, Encoding.UTF8.GetString(name, 0, (int)nameSize - 1), ordinal);
            if (entry.Name is "TRAILER!!!")
                yield break;

            var size = Number(header, At.Size);
            var data = new PartStream(stream, size, entry.Name);
            if (entry.Kind == EntryKind.Symlink)
            {
                var target = await Content.ReadAsync(data, LongestName, cancel) ?? throw new ArchiveException("is a symbolic link with a target that is too long", entry.Name);
                entry = entry with { Target = Encoding.UTF8.GetString(target.Span) };
            }

            yield return new Member(entry, data);
            await data.SkipAsync(cancel);
            await ExactlyAsync(stream, new byte[Padding(size)], cancel);
        }
    }

    private static Entry Of(byte[] header, string name, int ordinal)
    {
        var mode = (int)Number(header, At.Mode);
        var kind = (mode & TypeMask) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Directory,
            0xA000 => EntryKind.Symlink,
            0x1000 => EntryKind.Pipe,
            0x2000 => EntryKind.CharacterDevice,
            0x6000 => EntryKind.BlockDevice,
            0xC000 => EntryKind.Socket,
            _ => EntryKind.Other,
        };
        return new Entry
        {
            Path = Entry.Normal(name),
            Name = name,
            Ordinal = ordinal,
            Kind = kind,
            Mode = mode & 0xFFF,
            Owner = $"{Number(header, At.User)}:{Number(header, At.Group)}",
            Time = DateTimeOffset.FromUnixTimeSeconds(Number(header, At.Time)),
            Size = Number(header, At.Size),
            Fields =
            [
                new Field("inode", $"{Number(header, At.Inode)}"), new Field("links", $"{Number(header, At.Links)}"),
                new Field("device", $"{Number(header, At.DeviceMajor)}:{Number(header, At.DeviceMinor)}"),
                new Field("special device", $"{Number(header, At.SpecialMajor)}:{Number(header, At.SpecialMinor)}"), new Field("checksum", $"{Number(header, At.Checksum):x}"),
            ],
        };
    }

    private static long Number(byte[] header, At field) =>
        uint.TryParse(header.AsSpan(MagicLength + ((int)field * FieldLength), FieldLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArchiveException("the cpio archive has a header with something else where a number should be");

    private static int Padding(long length) => (int)((Alignment - (length % Alignment)) % Alignment);

    private static async ValueTask ExactlyAsync(Stream stream, byte[] buffer, CancellationToken cancel)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel) < buffer.Length)
            throw new ArchiveException("the cpio archive is truncated");
    }
}
