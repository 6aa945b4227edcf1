using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Monogres.Acceptance.Tests.Canaries;

/// <summary>The index of the repository with an extension for each canary and each twin, and the sources of these.</summary>
internal sealed class CanaryIndex
{
    private const string Version = "1.0";

    private CanaryIndex(string directory) => Directory = directory;

    /// <summary>Where the index and <c>sources/</c> are.</summary>
    public string Directory { get; }

    /// <summary>What <c>--index</c> takes.</summary>
    public string Index => Path.Combine(Directory, "index");

    /// <summary>What <c>--source-mirror</c> takes.</summary>
    public string Sources => Path.Combine(Directory, "sources");

    /// <summary>Writes it to an empty directory.</summary>
    public static CanaryIndex Create(string directory, IEnumerable<(string Extension, string Script)> canaries)
    {
        var index = new CanaryIndex(directory);
        DocumentsTests.CopyDirectory(Path.Combine(Tool.Repository, "index"), index.Index);
        System.IO.Directory.CreateDirectory(index.Sources);
        File.WriteAllText(Path.Combine(index.Index, "styles", "canary.json"), Style().ToJsonString());
        foreach (var (extension, script) in canaries)
            index.Add(extension, script);
        return index;
    }

    private void Add(string extension, string script)
    {
        var archive = Archive(
            ($"{extension}-{Version}/{extension}.control", $"comment = 'a canary'\ndefault_version = '{Version}'\nrelocatable = true\n"),
            ($"{extension}-{Version}/{extension}--{Version}.sql", "select 1;\n"),
            ($"{extension}-{Version}/canary.sh", $"set -e\n{script}\n"));
        File.WriteAllBytes(Path.Combine(Sources, $"{extension}_{Version}.orig.tar.gz"), archive);
        var entry = new JsonObject
        {
            ["version"] = 1,
            ["name"] = extension,
            ["kind"] = "extension",
            ["license"] = "PostgreSQL",
            ["homepage"] = "https://www.postgresql.org/",
            ["summary"] = "A canary",
            ["category"] = "languages",
            ["repositories"] = new JsonArray("https://git.example/canary.git"),
            ["sources"] = new JsonObject
            {
                ["debian"] = new JsonObject
                {
                    ["summary"] = "Made by the test",
                    ["places"] = new JsonArray(new JsonObject { ["archive"] = "debian", ["path"] = $"pool/main/c/canary/{extension}_{{version}}.orig.tar.gz" }),
                },
            },
            ["postgres"] = ">=13",
            ["versions"] = new JsonObject
            {
                [Version] = new JsonObject
                {
                    ["released"] = "2020-01-01T00:00:00Z",
                    ["files"] = new JsonObject { ["debian"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(archive)), ["size"] = archive.Length } },
                },
            },
            ["build"] = new JsonObject { ["style"] = "canary" },
            ["extensions"] = new JsonArray(extension),
        };
        var folder = Path.Combine(Index, "extensions", extension);
        System.IO.Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "repo.json"), entry.ToJsonString());
    }

    private static JsonObject Style() => new()
    {
        ["version"] = 1,
        ["name"] = "canary",
        ["builds"] = "extension",
        ["summary"] = "What a script prints is installed beside a control file",
        ["build_packages"] = new JsonArray("shell", "make", "python"),
        ["test_packages"] = new JsonArray(),
        ["steps"] = new JsonArray(new JsonObject
        {
            ["name"] = "install",
            ["run"] = new JsonArray(
                "share={out}$({pg_config} --sharedir)/extension",
                "mkdir -p \"$share\"",
                "cp *.control *.sql \"$share\"",
                "sh ./canary.sh {jobs} >\"$share/canary.txt\""),
        }),
        ["tests"] = new JsonArray(),
    };

    private static byte[] Archive(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), ModificationTime = DateTimeOffset.UnixEpoch });
        }

        return bytes.ToArray();
    }
}
