using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Monogres.Testing.Repositories;

/// <summary>A package of rpm with one small file, written value by value as its format says.</summary>
public sealed record SmallRpm
{
    private const int Int16 = 3, Int32 = 4, OneText = 6, Binary = 7, ManyTexts = 8, Translated = 9, Equal = 8;

    public string Name { get; init; } = "monogres-hello";

    public string Version { get; init; } = "1.0";

    public string Release { get; init; } = "1";

    public string Architecture { get; init; } = "x86_64";

    public string Summary { get; init; } = "A package for tests";

    /// <summary>What it needs, besides rpm that reads it.</summary>
    public string[] Requires { get; init; } = ["libc.so.6(GLIBC_2.34)(64bit)"];

    /// <summary>What it provides besides itself, in any version.</summary>
    public string[] Provides { get; init; } = [];

    /// <summary>The time of its build.</summary>
    public DateTimeOffset Date { get; init; } = new(2026, 8, 13, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The content of its only file.</summary>
    public string Content { get; init; } = "hello\n";

    /// <summary>The name that rpmbuild gives it.</summary>
    public string FileName => $"{Name}-{Version}-{Release}.{Architecture}.rpm";

    public byte[] ToArray()
    {
        var content = Encoding.UTF8.GetBytes(Content);
        var archive = Archive(content);
        using var payload = new MemoryStream();
        using (var gzip = new GZipStream(payload, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(archive);

        var seconds = (int)Date.ToUnixTimeSeconds();
        string[] needs = [.. Requires, "rpmlib(CompressedFileNames)", "rpmlib(PayloadFilesHavePrefix)", "rpmlib(FileDigests)"];
        var header = Header(63,
        [
            (1000, Text(Name)), (1001, Text(Version)), (1002, Text(Release)), (1004, Text(Summary, Translated)), (1005, Text("It says <hello> & \"bye\".\n", Translated)), (1006, Numbers(seconds)),
            (1007, Text("reproducible")), (1009, Numbers(content.Length)), (1014, Text("PostgreSQL")), (1016, Text("Unspecified", Translated)), (1021, Text("linux")), (1022, Text(Architecture)),
            (1028, Numbers(content.Length)), (1030, ShortNumbers(0x81a4)), (1033, ShortNumbers(0)), (1034, Numbers(seconds)), (1035, Texts(Convert.ToHexStringLower(SHA256.HashData(content)))), (1036, Texts("")),
            (1037, Numbers(0)), (1039, Texts("root")), (1040, Texts("root")), (1044, Text($"{Name}-{Version}-{Release}.src.rpm")), (1045, Numbers(-1)), (1047, Texts([Name, .. Provides])),
            (1048, Numbers([.. Requires.Select(_ => 0), 0x100000a, 0x100000a, 0x100000a])), (1049, Texts(needs)), (1050, Texts([.. Requires.Select(_ => ""), "3.0.4-1", "4.0-1", "4.6.0-1"])),
            (1064, Text("4.18.0")), (1080, Numbers(seconds)), (1081, Texts("Test <test@example.org> - 1")), (1082, Texts("- Made.")), (1095, Numbers(1)), (1096, Numbers(1)), (1097, Texts("")),
            (1112, Numbers([Equal, .. Provides.Select(_ => 0)])), (1113, Texts([$"{Version}-{Release}", .. Provides.Select(_ => "")])), (1116, Numbers(0)), (1117, Texts("hello")), (1118, Texts($"/usr/share/{Name}/")),
            (1124, Text("cpio")), (1125, Text("gzip")), (1126, Text("9")), (5011, Numbers(8)), (5092, Texts(Convert.ToHexStringLower(SHA256.HashData(payload.ToArray())))), (5093, Numbers(8)),
        ]);
        var signatures = Header(62,
        [
            (273, Text(Convert.ToHexStringLower(SHA256.HashData(header)))), (1000, Numbers(header.Length + (int)payload.Length)), (1007, Numbers(archive.Length)), (1008, (Binary, 32, new byte[32])),
        ]);

        var lead = new byte[96];
        ((byte[])[0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, 0, 1]).CopyTo(lead, 0);
        Encoding.ASCII.GetBytes($"{Name}-{Version}-{Release}").AsSpan(0, Math.Min(65, Name.Length + Version.Length + Release.Length + 2)).CopyTo(lead.AsSpan(10));
        ((byte[])[0, 1, 0, 5]).CopyTo(lead, 76);
        return [.. lead, .. signatures, .. new byte[(8 - (signatures.Length % 8)) % 8], .. header, .. payload.ToArray()];
    }

    /// <summary>Writes it into a directory under a name of its own, and returns the path.</summary>
    public string WriteTo(string directory, string? name = null)
    {
        var path = Path.Combine(directory, name ?? FileName);
        File.WriteAllBytes(path, ToArray());
        return path;
    }

    // cpio(5), "new ASCII format".
    private byte[] Archive(byte[] content)
    {
        List<byte> bytes = [];
        Entry($"./usr/share/{Name}/hello", 0x81a4, content);
        Entry("TRAILER!!!", 0, []);
        return [.. bytes];

        void Entry(string name, int mode, byte[] data)
        {
            int[] numbers = [1, mode, 0, 0, 1, mode == 0 ? 0 : (int)Date.ToUnixTimeSeconds(), data.Length, 0, 0, 0, 0, name.Length + 1, 0];
            bytes.AddRange(Encoding.ASCII.GetBytes($"070701{string.Concat(numbers.Select(number => number.ToString("X8", System.Globalization.CultureInfo.InvariantCulture)))}{name}\0"));
            Pad();
            bytes.AddRange(data);
            Pad();
        }

        void Pad()
        {
            while (bytes.Count % 4 != 0)
                bytes.Add(0);
        }
    }

    private static byte[] Header(int region, (int Tag, (int Type, int Count, byte[] Bytes) Value)[] values)
    {
        List<byte> entries = [], store = [];
        foreach (var (tag, (type, count, bytes)) in values)
        {
            while (store.Count % (type switch { Int16 => 2, Int32 => 4, _ => 1 }) != 0)
                store.Add(0);
            entries.AddRange([.. BigEndian(tag), .. BigEndian(type), .. BigEndian(store.Count), .. BigEndian(count)]);
            store.AddRange(bytes);
        }

        var frame = store.Count;
        var all = values.Length + 1;
        store.AddRange([.. BigEndian(region), .. BigEndian(Binary), .. BigEndian(-16 * all), .. BigEndian(16)]);
        return [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, .. BigEndian(all), .. BigEndian(store.Count), .. BigEndian(region), .. BigEndian(Binary), .. BigEndian(frame), .. BigEndian(16), .. entries, .. store];
    }

    private static (int Type, int Count, byte[] Bytes) Text(string text, int type = OneText) => (type, 1, [.. Encoding.UTF8.GetBytes(text), 0]);

    private static (int Type, int Count, byte[] Bytes) Texts(params string[] texts) => (ManyTexts, texts.Length, [.. texts.SelectMany(text => (byte[])[.. Encoding.UTF8.GetBytes(text), 0])]);

    private static (int Type, int Count, byte[] Bytes) Numbers(params int[] numbers) => (Int32, numbers.Length, [.. numbers.SelectMany(BigEndian)]);

    private static (int Type, int Count, byte[] Bytes) ShortNumbers(int number) => (Int16, 1, BigEndian(number)[2..]);

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
