using System.Collections.Immutable;
using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>A tar archive: ustar, GNU or pax, each with what its headers say.</summary>
internal sealed class TarArchive(Content content) : Archive
{
    // Attributes that are told as what they are.
    private static readonly string[] Told = ["path", "linkpath", "size", "mtime", "uid", "gid", "uname", "gname"];

    public override string Format => "tar archive";

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        await using var input = new TarInput(stream);
        await using var reader = new TarReader(input, leaveOpen: true);
        var buffer = new byte[1 << 16];
        var (ordinal, previous) = (0, (string?)null);
        while (await input.NextAsync(reader, previous, cancel) is { } entry)
        {
            previous = entry.Name;
            var data = new MemberContentStream(entry.DataStream ?? Stream.Null, entry.Name);
            yield return new Member(Of(entry, ordinal++), data);

            // The reader would skip the rest in small steps, as if it were a header.
            while (await data.ReadAsync(buffer, cancel) > 0)
            {
            }
        }

        if (input.AtEnd)
            throw new ArchiveException("the archive is truncated: it has no end mark");
    }

    private static Entry Of(TarEntry entry, int ordinal)
    {
        var isGlobal = entry is PaxGlobalExtendedAttributesTarEntry;
        return new Entry
        {
            // It stands for no file; its name is made by whoever writes it.
            Path = isGlobal ? "pax_global_header" : Entry.Normal(entry.Name),
            Name = entry.Name,
            Ordinal = ordinal,
            Kind = entry.EntryType switch
            {
                TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => EntryKind.File,
                TarEntryType.Directory or TarEntryType.DirectoryList => EntryKind.Directory,
                TarEntryType.SymbolicLink => EntryKind.Symlink,
                TarEntryType.HardLink => EntryKind.HardLink,
                TarEntryType.CharacterDevice => EntryKind.CharacterDevice,
                TarEntryType.BlockDevice => EntryKind.BlockDevice,
                TarEntryType.Fifo => EntryKind.Pipe,
                _ => EntryKind.Other,
            },
            Mode = isGlobal ? null : (int)entry.Mode,
            Owner = isGlobal ? null : entry is PosixTarEntry posix ? $"{posix.UserName}:{posix.GroupName} ({entry.Uid}:{entry.Gid})" : $"{entry.Uid}:{entry.Gid}",
            Time = isGlobal ? null : entry.ModificationTime,
            Target = entry.LinkName is { Length: > 0 } link ? link : null,
            Size = entry.Length,
            Fields = [.. FieldsOf(entry)],
        };
    }

    private static IEnumerable<Field> FieldsOf(TarEntry entry)
    {
        yield return new Field("format", entry.Format.ToString());
        yield return new Field("type", $"{(char)entry.EntryType}");
        if (entry is PosixTarEntry posix && entry.EntryType is TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
            yield return new Field("device", $"{((PosixTarEntry)entry).DeviceMajor}:{((PosixTarEntry)entry).DeviceMinor}");
        if (entry is GnuTarEntry gnu)
        {
            // Programs that have no such times leave the fields empty.
            if (gnu.AccessTime != default)
                yield return new Field("access time", Date(gnu.AccessTime));
            if (gnu.ChangeTime != default)
                yield return new Field("change time", Date(gnu.ChangeTime));
        }

        var attributes = entry switch
        {
            PaxTarEntry pax => pax.ExtendedAttributes,
            PaxGlobalExtendedAttributesTarEntry global => global.GlobalExtendedAttributes,
            _ => ImmutableDictionary<string, string>.Empty,
        };
        foreach (var (name, value) in attributes.Where(pair => !Told.Contains(pair.Key, StringComparer.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return new Field($"pax {name}", value);
    }

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss");
}

/// <summary>The content of a file in an archive, with the name of the file in what is said of damage.</summary>
internal sealed class MemberContentStream(Stream inner, string name) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (EndOfStreamException end)
        {
            throw new ArchiveException("is cut off: the archive is truncated", name, end);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (EndOfStreamException end)
        {
            throw new ArchiveException("is cut off: the archive is truncated", name, end);
        }
    }
}
