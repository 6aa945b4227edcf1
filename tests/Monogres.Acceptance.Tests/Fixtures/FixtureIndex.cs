using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>
/// A small index: a real platform with its real lock, but roots of a shell and make; a project <c>postgres</c> that is a
/// few scripts. A target is built from packages within seconds, through every stage of the real thing.
/// </summary>
internal sealed class FixtureIndex
{
    /// <summary>Builds at once.</summary>
    public const string Quick = "postgres@15.1";

    /// <summary>Has a large source, takes a second to build, and gives many files.</summary>
    public const string Slow = "postgres@15.2";

    /// <summary>Its build fails with exit code 7.</summary>
    public const string Failing = "postgres@15.3";

    /// <summary>Writes today's date into its result.</summary>
    public const string Leaking = "postgres@15.4";

    /// <summary>Its build prints for ever.</summary>
    public const string Endless = "postgres@15.5";

    private const int LinesOfFailing = 40;

    private static readonly string[] Releases = ["15.1", "15.2", "15.3", "15.4", "15.5"];

    private FixtureIndex(string directory, string sources, string mark) => (Directory, Sources, Mark) = (directory, sources, mark);

    /// <summary>What <c>--index</c> is given.</summary>
    public string Directory { get; }

    /// <summary>The source archives by name, as <c>--source-mirror</c> wants them.</summary>
    public string Sources { get; }

    /// <summary>An argument of programs that builds start, which no other program on the machine has.</summary>
    public string Mark { get; }

    /// <summary>Writes the index and the sources below an empty directory.</summary>
    public static FixtureIndex Create(string directory)
    {
        // A sleep of a little more than 0.4 seconds, so that each line is seen: by its digits the process is known as ours.
        var mark = $"0.4000{RandomNumberGenerator.GetInt32(100_000, 1_000_000)}";
        var index = new FixtureIndex(Path.Combine(directory, "index"), Path.Combine(directory, "sources"), mark);
        System.IO.Directory.CreateDirectory(index.Sources);
        Copy(Path.Combine(Tool.Repository, "index", "platforms"), index.PathOf("platforms"));
        foreach (var other in System.IO.Directory.EnumerateFiles(index.PathOf("platforms"), "platform.json", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).ToArray())
        {
            if (Path.GetFileName(other) is not "debian12-amd64")
                System.IO.Directory.Delete(other, recursive: true);
        }

        index.Edit("platforms/debian12-amd64/platform.json", Shrink);
        index.Write("styles/fixture.json", Style(mark));
        index.Write("index.json", new JsonObject { ["version"] = 1, ["default_server"] = "postgres" });
        index.Write("servers/postgres/option-sets.json", OptionSets());
        index.Write("servers/postgres/repo.json", Project());
        foreach (var version in Releases)
            index.AddRelease(version, SourceOf(version));
        return index;
    }

    /// <summary>The same index elsewhere, to be changed. The sources stay where they are.</summary>
    public FixtureIndex CopyTo(string directory)
    {
        Copy(Directory, Path.Combine(directory, "index"));
        Copy(Sources, Path.Combine(directory, "sources"));
        return new FixtureIndex(Path.Combine(directory, "index"), Path.Combine(directory, "sources"), Mark);
    }

    /// <summary>Changes one file.</summary>
    public void Edit(string file, Action<JsonObject> change)
    {
        var root = Read(file);
        change(root);
        Write(file, root);
    }

    /// <summary>Reads one file.</summary>
    public JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(PathOf(file)))!.AsObject();

    /// <summary>Where the pool of a mirror has the source of a release.</summary>
    public static string PoolPath(string version) => $"pool/main/f/fixture/{FileName(version)}";

    /// <summary>The source archive of a release.</summary>
    public string SourceFile(string version) => Path.Combine(Sources, FileName(version));

    /// <summary>SHA-256 of the source archive of a release.</summary>
    public string SourceHash(string version) => Hash(File.ReadAllBytes(SourceFile(version)));

    /// <summary>Pins a package as a file that no mirror has any more, as in a lock that has grown old; returns the file's name.</summary>
    public string LetLeave(string package)
    {
        var file = $"{package}_0-gone_amd64.deb";
        Edit("platforms/debian12-amd64/packages.lock.json", packages =>
        {
            var pinned = packages["packages"]!.AsArray().Single(one => (string)one!["name"]! == package)!;
            (pinned["path"], pinned["sha256"]) = ($"pool/main/{package[0]}/{package}/{file}", new string('0', 64));
        });
        return file;
    }

    /// <summary>Makes the source archive of a release, and pins it.</summary>
    public void AddRelease(string version, IEnumerable<(string Name, string Content)> files)
    {
        var archive = Archive($"fixture-{version}", files);
        File.WriteAllBytes(SourceFile(version), archive);
        Edit("servers/postgres/repo.json", repo => repo["versions"]!.AsObject()[version] = new JsonObject
        {
            ["released"] = "2026-05-11T20:00:00Z",
            ["files"] = new JsonObject { ["tarball"] = new JsonObject { ["sha256"] = Hash(archive), ["size"] = archive.Length } },
        });
    }

    /// <summary>The files of a release's source.</summary>
    public static IEnumerable<(string Name, string Content)> SourceOf(string version)
    {
        yield return ("configure", "#!/bin/sh\nset -e\nprintf '%s\\n' \"$@\" > config.txt\necho configured\n");
        yield return ("Makefile", """
            all: hello
            hello: hello.in config.txt
            	sed 's|@version@|'`cat VERSION`'|' hello.in > hello
            install: all
            	mkdir -p $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/share
            	cp hello $(DESTDIR)$(prefix)/bin/hello
            	chmod 755 $(DESTDIR)$(prefix)/bin/hello
            	cp config.txt long.txt $(DESTDIR)$(prefix)/share/
            	ln -s hello $(DESTDIR)$(prefix)/bin/hi

            """);
        yield return ("VERSION", version + "\n");
        yield return ("hello.in", "#!/bin/sh\necho hello from @version@\n");
        yield return ("long.txt", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i} of a file that is longer than a buffer\n")));
        foreach (var i in Enumerable.Range(0, version == "15.2" ? 700 : 0))
            yield return ($"many/{i % 10}/file{i}.txt", $"file {i} of many\n");
    }

    private static string FileName(string version) => $"fixture_{version}.orig.tar.gz";

    private static JsonObject Project() => new()
    {
        ["version"] = 1,
        ["name"] = "postgres",
        ["kind"] = "server",
        ["license"] = "PostgreSQL",
        ["homepage"] = "https://www.postgresql.org/",
        ["summary"] = "a fixture",
        ["build"] = new JsonObject { ["style"] = "fixture" },
        ["sources"] = new JsonObject
        {
            ["tarball"] = new JsonObject
            {
                ["summary"] = "made by the test",
                ["strip_prefix"] = "fixture-{version}",
                ["places"] = new JsonArray(new JsonObject { ["archive"] = "debian", ["path"] = "pool/main/f/fixture/fixture_{version}.orig.tar.gz" }),
            },
        },
        ["versions"] = new JsonObject(),
    };

    private static JsonObject OptionSets() => new()
    {
        ["version"] = 1,
        ["default"] = "plain",
        ["options"] = new JsonObject
        {
            ["color"] = Option("--with-color", "--without-color"),
        },
        ["sets"] = new JsonObject
        {
            ["plain"] = new JsonObject { ["summary"] = "without", ["options"] = new JsonArray() },
            ["tinted"] = OptionSet("plain", "color"),
        },
    };

    /// <summary>An option of a server, by what its configure script is told; without it, nothing may be.</summary>
    public static JsonObject Option(string on, string? off = null) => new()
    {
        ["summary"] = "an option",
        ["postgres"] = ">=13",
        ["on"] = new JsonObject { ["arguments"] = new JsonArray(on) },
        ["off"] = off is null ? new JsonObject() : new JsonObject { ["arguments"] = new JsonArray(off) },
    };

    /// <summary>A set with an option more than another.</summary>
    public static JsonObject OptionSet(string extends, string option) => new() { ["summary"] = "with", ["extends"] = extends, ["options"] = new JsonArray(option) };

    private static JsonObject Style(string mark) => new()
    {
        ["version"] = 1,
        ["name"] = "fixture",
        ["builds"] = "server",
        ["summary"] = "configure and make, of a few scripts",
        ["build_packages"] = new JsonArray("shell", "make"),
        ["prefix"] = "/usr/lib/postgresql/{major}",
        ["compiler_flags"] = new JsonArray(),
        ["configure"] = new JsonArray(new JsonObject { ["postgres"] = ">=13", ["arguments"] = new JsonArray("--prefix={prefix}", "--host={host}") }),
        ["drop"] = new JsonArray(),
        ["steps"] = new JsonArray(
            Step("configure", ">=15", "sh ./configure {configure}"),
            Step("wait", "15.2", $"for i in 1 2 3 4; do echo waiting $i; sleep {mark}; done"),
            Step("fail", "15.3", $"for i in $(seq {LinesOfFailing}); do echo line $i before the end; done", "exit 7"),
            Step("make", ">=15", "make -j{jobs}"),
            Step("install", ">=15", "make install DESTDIR={out} prefix={prefix}"),
            Step("many", "15.2", "mkdir {out}{prefix}/many", "seq 600 | split -a 4 -l 1 - {out}{prefix}/many/part", "echo the last line"),
            Step("leak", "15.4", "date +%F > {out}{prefix}/share/release"),
            Step("endless", "15.5", "yes 'there is no end to it'")),
        ["tests"] = new JsonArray(),
    };

    private static JsonObject Step(string name, string versions, params string[] lines) =>
        new() { ["name"] = name, ["postgres"] = versions, ["run"] = new JsonArray([.. lines.Select(line => (JsonNode)line)]) };

    private static void Shrink(JsonObject platform)
    {
        var sets = platform["package_sets"]!.AsObject();
        sets["shell"] = new JsonArray("coreutils", "dash", "sed");
        sets["gcc"] = new JsonArray("make");
        sets["runtime"] = new JsonArray("dash", "libc6");
        // What packs uses more of a shell than what builds.
        sets["xz"] = new JsonArray("findutils", "gzip", "xz-utils");
        sets["rpm"] = new JsonArray("findutils", "rpm");

        // There is no compiler to make it with.
        platform["shims"]!.AsObject().Remove("preload");

        // It speaks of options that this index does not have.
        platform.Remove("lacks");
    }

    private static byte[] Archive(string top, IEnumerable<(string Name, string Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{top}/{name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }
        }

        return bytes.ToArray();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static void Copy(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        foreach (var directory in System.IO.Directory.EnumerateDirectories(from))
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        foreach (var file in System.IO.Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private void Write(string file, JsonObject content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), content.ToJsonString() + "\n");
    }

    private string PathOf(string file) => Path.Combine(Directory, file);
}
