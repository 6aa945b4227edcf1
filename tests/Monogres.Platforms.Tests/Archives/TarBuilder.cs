using System.Formats.Tar;
using System.Text;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Archives;

/// <summary>Writes tar archives for tests, also such as no honest program writes.</summary>
public sealed class TarBuilder(TarEntryFormat format = TarEntryFormat.Ustar)
{
    private readonly List<byte> _bytes = [];

    public TarBuilder Directory(string name) => Add(TarEntryType.Directory, name, null, null);

    public TarBuilder File(string name, string content, bool executable = false) => File(name, Encoding.UTF8.GetBytes(content), executable);

    public TarBuilder File(string name, byte[] content, bool executable = false) =>
        Add(TarEntryType.RegularFile, name, null, content, executable ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);

    public TarBuilder Symlink(string name, string target) => Add(TarEntryType.SymbolicLink, name, target, null);

    public TarBuilder HardLink(string name, string target) => Add(TarEntryType.HardLink, name, target, null);

    public TarBuilder Other(TarEntryType type, string name) => Add(type, name, null, null);

    public TarBuilder Comment(string comment) => Write(writer =>
        writer.WriteEntry(new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = comment })));

    /// <summary>An entry written byte by byte: a ustar header with a right checksum, and its content padded to whole blocks.</summary>
    public TarBuilder Raw(char type, string name, string link = "", byte[]? content = null, long? size = null, string magic = "ustar\000")
    {
        var header = new byte[512];
        Encoding.UTF8.GetBytes(name, header.AsSpan(0, 100));
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(size ?? content?.Length ?? 0, 8).PadLeft(11, '0'), header.AsSpan(124));
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)type;
        Encoding.UTF8.GetBytes(link, header.AsSpan(157, 100));
        Encoding.ASCII.GetBytes(magic, header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        _bytes.AddRange(header);
        _bytes.AddRange(content ?? []);
        _bytes.AddRange(new byte[(512 - (_bytes.Count % 512)) % 512]);
        return this;
    }

    public byte[] ToArray() => [.. _bytes, .. new byte[1024]];

    public byte[] WithoutEnd() => [.. _bytes];

    private TarBuilder Add(TarEntryType type, string name, string? link, byte[]? content, UnixFileMode mode = (UnixFileMode)0b111_101_101) => Write(writer =>
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            _ => new UstarTarEntry(type, name),
        };
        entry.Mode = mode;
        if (link is not null)
            entry.LinkName = link;
        if (content is not null)
            entry.DataStream = new MemoryStream(content);
        writer.WriteEntry(entry);
    });

    private TarBuilder Write(Action<TarWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, format, leaveOpen: true))
            write(writer);

        _bytes.AddRange(bytes.ToArray().AsSpan(0, (int)bytes.Length - 1024));
        return this;
    }
}

/// <summary>Reads archives and trees for tests.</summary>
public static class Trees
{
    public static Task<TarTreeResult> ReadAsync(this MemoryBlobStore store, byte[] tar, TarRules? rules = null, ArchiveLimits? limits = null) =>
        new TarTree(store, limits ?? ArchiveLimits.Default, IngestOptions.Alone).ReadAsync(new MemoryStream(tar), rules ?? TarRules.AsIs, CancellationToken.None);

    /// <summary>One line for each entry: <c>d path</c>, <c>f path = content</c>, <c>x path = content</c>, <c>l path -> target</c>.</summary>
    public static async Task<string[]> ListAsync(this MemoryBlobStore store, Core.Digest root)
    {
        var lines = new List<string>();
        await foreach (var entry in TreeWalk.EntriesAsync(store, root, CancellationToken.None))
        {
            lines.Add(entry switch
            {
                TreeEntry.Directory => $"d {entry.Path}",
                TreeEntry.File file => $"{(file.Executable ? 'x' : 'f')} {entry.Path} = {(file.Content.Size == 0 ? "" : Encoding.UTF8.GetString(await store.ReadAllAsync(file.Content, CancellationToken.None)))}",
                TreeEntry.Symlink link => $"l {entry.Path} -> {link.Target}",
                _ => throw new InvalidOperationException(),
            });
        }

        return [.. lines];
    }

    /// <summary>What the archive gives, as lines.</summary>
    public static async Task<string[]> ListAsync(this TarBuilder tar, TarRules? rules = null)
    {
        var store = new MemoryBlobStore();
        return await store.ListAsync((await store.ReadAsync(tar.ToArray(), rules)).Root);
    }

    /// <summary>Why the archive is refused.</summary>
    public static async Task<string> RefusalAsync(this TarBuilder tar, TarRules? rules = null) =>
        (await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(tar.ToArray(), rules))).Message;
}
