using System.Diagnostics;
using System.Text.Json;
using Monogres.Testing;
using Monogres.Testing.Http;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>Where one test works: a directory with a store and an output directory, removed afterwards.</summary>
internal sealed class Place : IDisposable
{
    private readonly World _world;
    private readonly TemporaryDirectory? _temporary;

    public Place(World world, TemporaryDirectory temporary)
        : this(world, temporary.Path, temporary["store"]) => _temporary = temporary;

    public Place(World world, string directory, string store)
    {
        (_world, Directory, Store) = (world, directory, store);
        Index = world.Index;
        Mirror = $"{world.Mirror["debian"]}";
        System.IO.Directory.CreateDirectory(directory);
        Tool = new Tool { Directory = directory };
    }

    public string Directory { get; }

    public string Store { get; set; }

    public FixtureIndex Index { get; set; }

    /// <summary>The Debian mirror: every download comes from there.</summary>
    public string Mirror { get; set; }

    public Tool Tool { get; init; }

    public string Dist => Path.Combine(Directory, "dist");

    /// <summary>Runs a command on this index and store.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => Prepared().RunAsync(arguments);

    /// <summary>Starts a command that writes its events to stdout, to watch it.</summary>
    public Watched Watch(params string[] arguments) => new(Prepared().Start([.. arguments, "--json"]), Index.Mark, Store);

    /// <summary>Builds a target.</summary>
    public async Task<Built> BuildAsync(string target, params string[] more)
    {
        (await RunAsync(["build", target, .. more])).Succeeded();
        return ReadBuilt(target);
    }

    /// <summary>What the output directory has of a target.</summary>
    public Built ReadBuilt(string target, string dist = "dist")
    {
        var name = $"{target.Replace('@', '-')}-plain-debian12-amd64";
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, dist, $"{name}.json")));
        var archive = Path.Combine(Directory, dist, $"{name}.tar");
        var actual = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(archive)));
        Assert.Equal(manifest.RootElement.GetProperty("files")[0].GetProperty("sha256").GetString(), actual);
        return new Built(manifest.RootElement.GetProperty("result").GetProperty("payload").GetString()!, actual, manifest.RootElement.GetProperty("recipe").GetProperty("action").GetString()!);
    }

    /// <summary>Asserts that <c>store check</c> finds nothing.</summary>
    public async Task StoreIsSoundAsync() => Assert.Contains("the store is intact", (await RunAsync("store", "check")).Succeeded().Out, StringComparison.Ordinal);

    /// <summary>Asserts that no process that is gone has left anything half done.</summary>
    public void NothingIsHalfDone()
    {
        foreach (var name in new[] { "tmp", "work" })
            Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Path.Combine(Store, name)));
    }

    /// <summary>The file of a blob.</summary>
    public string BlobPath(string hash) => Path.Combine(Store, "blobs", hash[..2], hash);

    /// <summary>Copies a whole store here, links between its files kept.</summary>
    public Place WithStoreOf(string other)
    {
        using var copy = Process.Start("cp", ["-a", other, Store]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
        return this;
    }

    /// <summary>A place of its own with a copy of this store, at the moment.</summary>
    public Place Fork() => new Place(_world, new TemporaryDirectory()) { Index = Index, Mirror = Mirror }.WithStoreOf(Store);

    public void Dispose() => _temporary?.Dispose();

    private Tool Prepared()
    {
        Tool.Environment["MONOGRES_STORE"] = Store;
        Tool.Environment["MONOGRES_INDEX"] = Index.Directory;
        Tool.Environment["MONOGRES_MIRROR"] = Mirror;
        Tool.Environment["MONOGRES_SOURCE_MIRROR"] = null;

        // Whatever is not on the loopback interface cannot be reached, and says so at once.
        foreach (var name in new[] { "http_proxy", "https_proxy", "all_proxy" })
        {
            Tool.Environment[name] = LoopbackServer.Nowhere("").ToString();
            Tool.Environment[name.ToUpperInvariant()] = null;
        }

        Tool.Environment["no_proxy"] = "127.0.0.1";
        Tool.Environment["NO_PROXY"] = null;
        return Tool;
    }
}

/// <summary>What a build gave.</summary>
/// <param name="Payload">The digest of the tree.</param>
/// <param name="Archive">SHA-256 of the archive.</param>
/// <param name="Action">The digest of the action.</param>
internal sealed record Built(string Payload, string Archive, string Action);
