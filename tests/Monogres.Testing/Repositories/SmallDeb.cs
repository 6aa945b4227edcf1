using System.Formats.Tar;
using System.Text;

namespace Monogres.Testing.Repositories;

/// <summary>A Debian package with one small file, written byte by byte as deb(5) says, uncompressed.</summary>
public sealed record SmallDeb
{
    public string Name { get; init; } = "monogres-hello";

    public string Version { get; init; } = "1.0-1";

    public string Architecture { get; init; } = "amd64";

    /// <summary>Further lines of its control file.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>The time of its entries.</summary>
    public DateTimeOffset Date { get; init; } = new(2026, 8, 13, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The content of its only file.</summary>
    public string Content { get; init; } = "hello\n";

    /// <summary>The name that Debian's archive gives it.</summary>
    public string FileName => $"{Name}_{Version[(Version.IndexOf(':', StringComparison.Ordinal) + 1)..]}_{Architecture}.deb";

    public string Control => string.Concat(
        ((string[])[$"Package: {Name}", $"Version: {Version}", $"Architecture: {Architecture}", "Maintainer: Test <test@example.org>", .. Fields, "Description: a package for tests", " It says hello."]).Select(line => line + "\n"));

    public byte[] ToArray()
    {
        List<byte> bytes = [.. "!<arch>\n"u8];
        Member("debian-binary", "2.0\n"u8);
        Member("control.tar", Tar("./control", Control));
        Member("data.tar", Tar($"./usr/share/{Name}/hello", Content));
        return [.. bytes];

        void Member(string name, ReadOnlySpan<byte> content)
        {
            bytes.AddRange(Encoding.ASCII.GetBytes($"{name,-16}{Date.ToUnixTimeSeconds(),-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n"));
            bytes.AddRange(content);
            if (content.Length % 2 == 1)
                bytes.Add((byte)'\n');
        }
    }

    /// <summary>Writes it into a directory under a name of its own, and returns the path.</summary>
    public string WriteTo(string directory, string? name = null)
    {
        var path = Path.Combine(directory, name ?? FileName);
        File.WriteAllBytes(path, ToArray());
        return path;
    }

    private byte[] Tar(string path, string content)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var segments = path.Split('/');
            for (var count = 1; count < segments.Length; count++)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, string.Join('/', segments[..count]) + "/") { ModificationTime = Date, Mode = (UnixFileMode)0b111_101_101 });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { ModificationTime = Date, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        }

        return bytes.ToArray();
    }
}
