using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Results.Building;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Testing;

/// <summary>
/// The real styles and a real platform, but without packages; a server and two extensions whose sources are a small file each;
/// and commands that are functions of the test. Everything between the index and the result is real and in memory.
/// </summary>
internal sealed class SmallWorld : IDisposable
{
    /// <summary>The server.</summary>
    public const string Server = "postgres@15.18+minimal";

    /// <summary>An extension of its own source.</summary>
    public const string Extension = "tiny@1.0/postgres@15.18+minimal";

    /// <summary>One that requires <see cref="Extension"/>.</summary>
    public const string Requiring = "needy@2.0/postgres@15.18+minimal";

    /// <summary>A module that the server installs.</summary>
    public const string Module = "hstore@15.18/postgres@15.18+minimal";

    private const string Prefix = "usr/lib/postgresql/15";

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, PinnedFile> _sources = new(StringComparer.Ordinal);

    private SmallWorld(Func<ActionRequest, IBlobStore, CancellationToken, Task<ActionOutcome>>? run) => Small = new SmallEngine((request, blobs, cancel) =>
        request.Name.Contains(" fixed machine ", StringComparison.Ordinal)
            ? TreeAsync(blobs, cancel, ("etc/ld.so.preload", "/usr/$LIB/monogres/fixed-machine.so\n"))
            : (run ?? InstallAsync)(request, blobs, cancel));

    public SmallEngine Small { get; }

    public MonogresIndex Index { get; private set; } = null!;

    public Platform Platform { get; private set; } = null!;

    public Planner Planner { get; private set; } = null!;

    public TargetBuilds Builds => new(Small.Engine, Small.Blobs, Small.Observer);

    /// <summary>Names of commands in the order in which they ran: <c>postgres@15.18+minimal build</c>. Not that which every build root needs first.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>A world.</summary>
    /// <param name="cancel">Stops.</param>
    /// <param name="run">What commands do; null for installing what a build of that name would.</param>
    /// <param name="change">Changes the index before it is read: a file's path and content.</param>
    public static async Task<SmallWorld> NewAsync(
        CancellationToken cancel, Func<ActionRequest, IBlobStore, CancellationToken, Task<ActionOutcome>>? run = null, Action<string, JsonObject>? change = null)
    {
        var world = new SmallWorld(run);
        world.WriteIndex(change);
        world.Index = (await IndexReader.ReadAsync(world._directory.Path, cancel)).OrThrow();
        world.Platform = PlatformOf(world.Index);
        world.Planner = world.NewPlanner(world.Platform);
        return world;
    }

    /// <summary>The directory of the index.</summary>
    public string IndexDirectory => _directory.Path;

    /// <summary>A planner of another index.</summary>
    public static Planner PlannerOf(MonogresIndex index) => new(index, PlatformOf(index), TargetId.DefaultToolchain, EmptyLock);

    /// <summary>A planner for another platform or toolchain.</summary>
    public Planner NewPlanner(Platform platform, string toolchain = TargetId.DefaultToolchain) => new(Index, platform, toolchain, EmptyLock);

    /// <summary>Plans a target.</summary>
    public Target Plan(string target) => Planner.Plan(TargetName.Parse(target));

    /// <summary>The source file of a project's last version.</summary>
    public PinnedFile SourceOf(string project) => _sources[project];

    /// <summary>What a build of that name installs: a file or two, those of a server with a module's beside.</summary>
    public async Task<ActionOutcome> InstallAsync(ActionRequest request, IBlobStore blobs, CancellationToken cancel)
    {
        lock (Ran)
            Ran.Add(request.Name);
        if (request.Name.EndsWith("initdb", StringComparison.Ordinal))
            return await TreeAsync(blobs, cancel, ("PG_VERSION", "15\n"));
        if (request.Name.StartsWith("postgres@", StringComparison.Ordinal))
        {
            return await TreeAsync(blobs, cancel,
                ($"{Prefix}/bin/postgres", "a server"), ($"{Prefix}/share/extension/hstore.control", "default_version = '1.8'\n"),
                ($"{Prefix}/share/extension/hstore--1.8.sql", "select 1;\n"), ("usr/lib/debug/.build-id/ab/cd.debug", "symbols"));
        }

        var name = request.Name.Split('@')[0];
        return await TreeAsync(blobs, cancel, ($"{Prefix}/share/extension/{name}.control", "default_version = '1.0'\n"), ($"{Prefix}/share/extension/{name}--1.0.sql", "select 1;\n"));
    }

    /// <summary>A success with these files.</summary>
    public static async Task<ActionOutcome> TreeAsync(IBlobStore blobs, CancellationToken cancel, params (string Path, string Content)[] files)
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in files)
            tree.AddFile(RelativePath.Parse(path), await blobs.PutAsync(Encoding.UTF8.GetBytes(content), cancel), executable: false);
        return FakeActionRunner.Succeeded(await tree.WriteAsync(blobs, cancel));
    }

    public void Dispose() => _directory.Dispose();

    private static Platform PlatformOf(MonogresIndex index)
    {
        var platform = index.Platform(TargetId.DefaultPlatform);
        return platform with { PackageSets = platform.PackageSets.ToImmutableSortedDictionary(set => set.Key, _ => ImmutableArray<string>.Empty, StringComparer.Ordinal) };
    }

    private static PackagesLock EmptyLock(Platform platform) => new()
    {
        Version = PackagesLock.FormatVersion,
        Platform = platform.Name.ToString(),
        Archive = "debian",
        Suite = platform.Release,
        Component = "main",
        Architecture = platform.Architecture,
        Release = new LockedRelease { Date = DateTimeOffset.UnixEpoch, Sha256 = Digest.Empty.Hash, Snapshot = "19700101T000000Z" },
        Packages = [],
    };

    private void WriteIndex(Action<string, JsonObject>? change)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Index, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(RepositoryFiles.Index, file);
            if (path.StartsWith("extensions/", StringComparison.Ordinal) || path is "servers/postgres/repo.json")
                continue;

            if (change is not null && path.EndsWith(".json", StringComparison.Ordinal) && JsonNode.Parse(File.ReadAllText(file)) is JsonObject content)
            {
                Write(path, content, change);
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(_directory[path])!);
            File.Copy(file, _directory[path]);
        }

        var server = Described("postgres", "server", ["15.17", "15.18", "17.11"], "postgres-autoconf");
        server["license"] = "PostgreSQL";
        Write("servers/postgres/repo.json", server, change);
        Write("extensions/tiny/repo.json", ExtensionOf("tiny", "1.0"), change);
        Write("extensions/needy/repo.json", ExtensionOf("needy", "2.0", "tiny"), change);
    }

    private JsonObject ExtensionOf(string name, string version, params string[] requires)
    {
        var extension = Described(name, "extension", [version], "pgxs");
        extension["category"] = "functions";
        extension["postgres"] = ">=15";
        extension["extensions"] = new JsonArray(name);
        extension["requires"] = new JsonArray([.. requires.Select(one => (JsonNode)one)]);
        return extension;
    }

    private JsonObject Described(string name, string kind, string[] versions, string style) => new()
    {
        ["version"] = 1,
        ["name"] = name,
        ["kind"] = kind,
        ["homepage"] = "https://example.invalid/",
        ["summary"] = "made by the test",
        ["build"] = new JsonObject { ["style"] = style },
        ["sources"] = new JsonObject
        {
            ["tarball"] = new JsonObject { ["summary"] = "made by the test", ["strip_prefix"] = $"{name}-{{version}}", ["places"] = new JsonArray(new JsonObject { ["url"] = $"https://source.invalid/{name}-{{version}}.tar.gz" }) },
        },
        ["versions"] = new JsonObject(versions.Select(version => KeyValuePair.Create(version, (JsonNode?)ReleaseOf(name, version)))),
    };

    private JsonObject ReleaseOf(string name, string version)
    {
        var archive = SmallArchive.Of(($"{name}-{version}/README", $"{name} {version}\n", false));
        _sources[name] = Small.Files.Add($"{name}-{version}.tar.gz", archive);
        return new JsonObject
        {
            ["released"] = "2026-05-11T20:00:00Z",
            ["files"] = new JsonObject { ["tarball"] = new JsonObject { ["sha256"] = Sha256Hash.Of(archive).ToString(), ["size"] = archive.Length } },
        };
    }

    private void Write(string path, JsonObject content, Action<string, JsonObject>? change)
    {
        change?.Invoke(path, content);
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[path])!);
        File.WriteAllText(_directory[path], content.ToJsonString());
    }
}
