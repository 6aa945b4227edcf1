using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Monogres.Testing.Properties;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Writes tar archives entry by entry.</summary>
internal sealed class SmallTar
{
    public static readonly DateTimeOffset Date = new(2026, 8, 13, 12, 0, 0, TimeSpan.Zero);

    private readonly List<TarEntry> _entries = [];

    public SmallTar File(string name, string content, UnixFileMode mode = (UnixFileMode)0x1a4 /* 0644 */, DateTimeOffset? time = null, string user = "root") =>
        File(name, Encoding.UTF8.GetBytes(content), mode, time, user);

    public SmallTar File(string name, byte[] content, UnixFileMode mode = (UnixFileMode)0x1a4, DateTimeOffset? time = null, string user = "root") =>
        Add(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }, mode, time, user);

    public SmallTar Directory(string name, UnixFileMode mode = (UnixFileMode)0x1ed /* 0755 */) => Add(new PaxTarEntry(TarEntryType.Directory, name), mode, null, "root");

    public SmallTar Link(string name, string target, bool hard = false) =>
        Add(new PaxTarEntry(hard ? TarEntryType.HardLink : TarEntryType.SymbolicLink, name) { LinkName = target }, (UnixFileMode)0x1ff, null, "root");

    public byte[] Build()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in _entries)
                tar.WriteEntry(entry);
        }

        // TarWriter writes nothing at all when there is nothing in it.
        return bytes.Length == 0 ? new byte[1024] : bytes.ToArray();
    }

    public byte[] Gzip(CompressionLevel level = CompressionLevel.Optimal) => Gzip(Build(), level);

    public static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, level, leaveOpen: true))
            gzip.Write(content);
        return bytes.ToArray();
    }

    public static SmallTar Of(TestTree tree)
    {
        var tar = new SmallTar();
        foreach (var (path, entry) in tree.Entries)
        {
            _ = entry switch
            {
                TestEntry.Directory => tar.Directory(path),
                TestEntry.Symlink link => tar.Link(path, link.Target),
                TestEntry.File file => tar.File(path, file.Content, (UnixFileMode)(file.Executable ? 0x1ed : 0x1a4)),
                _ => throw new InvalidOperationException(),
            };
        }

        return tar;
    }

    private SmallTar Add(PaxTarEntry entry, UnixFileMode mode, DateTimeOffset? time, string user)
    {
        (entry.Mode, entry.ModificationTime, entry.UserName) = (mode, time ?? Date, user);
        _entries.Add(entry);
        return this;
    }
}
