using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Monogres.Testing;

/// <summary>Archives of a few small files, as a project distributes its source or its programs.</summary>
internal static class SmallArchive
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A <c>.tar.gz</c>.</summary>
    public static byte[] Of(params (string Name, string Content, bool Executable)[] files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content, executable) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = executable ? Readable | UnixFileMode.UserExecute : Readable,
                });
            }
        }

        return bytes.ToArray();
    }
}
