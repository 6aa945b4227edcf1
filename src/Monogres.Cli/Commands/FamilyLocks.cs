using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;
using Monogres.Sources.Packages;
using Monogres.Store;
using Monogres.Store.Disk;

namespace Monogres.Cli.Commands;

/// <summary>The locks of the platforms in the index: where their archives are, and additions to all of a distribution at once.</summary>
/// <param name="settings">Where index and mirrors are.</param>
internal sealed class FamilyLocks(Settings settings) : IDisposable
{
    private readonly HttpClient _client = NewClient();

    /// <summary>Reads archives from the mirrors.</summary>
    /// <param name="kept">Keeps index files by digest; null to keep none.</param>
    /// <exception cref="UserErrorException">The network must not be touched.</exception>
    public SuiteReader Suites(IBlobStore? kept) => settings.Offline
        ? throw new UserErrorException("locks are made from a mirror, and `--offline` forbids that", "run it without `--offline`")
        : new SuiteReader((place, stop) => ArchiveReader.OpenAsync(_client, place, stop), TimeProvider.System, kept);

    /// <summary>Where the suite of a platform is.</summary>
    /// <exception cref="UserErrorException">The platform has not one suite and one component, or its keyring is missing.</exception>
    public SuitePlace PlaceOf(Platform platform)
    {
        if (platform.Archive is not { Suites: [var suite], Components: [var component] })
            throw new UserErrorException($"the platform `{platform.Name}` names several suites or components, and a lock has one of each", $"see {platform.Folder}/platform.json, field archive");

        var keyring = Path.Combine(settings.IndexDirectory, "platforms", "keyrings", platform.Archive.Keyring);
        if (!File.Exists(keyring))
            throw new UserErrorException($"the keyring `{platform.Archive.Keyring}` of `{platform.Name}` is not in {Path.GetDirectoryName(keyring)}", "put it there, or correct the field archive.keyring of its platform.json");

        return new SuitePlace { Archive = platform.Archive.Name, Suite = suite, Component = component, Keyring = Keyring.Parse(File.ReadAllBytes(keyring), keyring), Mirrors = DebianMirrors.Of(Workspace.MirrorsOf(settings)) };
    }

    /// <summary>Adds what is needed to the package sets and the locks of every platform of a distribution.</summary>
    /// <param name="index">The index as it is.</param>
    /// <param name="archive">The archive of the distribution: <c>debian</c>.</param>
    /// <param name="asks">What is needed.</param>
    /// <param name="kept">Keeps index files by digest.</param>
    /// <param name="cancel">Stops; each file is as it was or complete.</param>
    /// <exception cref="UserErrorException">An archive cannot be read, has moved on since a lock was made, or lacks what a package needs. Nothing is written then.</exception>
    public async Task<FamilyAddition> AddAsync(MonogresIndex index, string archive, IReadOnlyCollection<PackageAsk> asks, IBlobStore kept, CancellationToken cancel)
    {
        ImmutableArray<Platform> family = [.. index.Platforms.Where(platform => string.Equals(platform.Archive.Name, archive, StringComparison.Ordinal))];
        var addition = await new FamilyLocker(Suites(kept), PlaceOf, Workspace.LocksOf(settings)).AddAsync(family, asks, cancel);

        // A lock may have packages that no set names; a set may not name what its lock lacks. So whatever is written when it is stopped is a whole index.
        foreach (var platform in addition.Platforms.Where(platform => platform.Added > 0))
            await AtomicFile.WriteTextAsync(Workspace.LockFile(settings, platform.Platform), PackagesLockFile.Write(platform.Lock), cancel);
        foreach (var platform in addition.Platforms.Where(platform => !platform.Sets.IsEmpty || !platform.CrossSets.IsEmpty))
            await EditAsync(Path.Combine(settings.IndexDirectory, platform.Platform.Folder, "platform.json"), platform, cancel);
        return addition;
    }

    public void Dispose() => _client.Dispose();

    private static async Task EditAsync(string file, PlatformAddition addition, CancellationToken cancel)
    {
        var content = JsonNode.Parse(await File.ReadAllTextAsync(file, cancel)) as JsonObject ?? throw new JsonException($"{file} is no object");
        PlatformEdit.Apply(content, file, addition);
        await AtomicFile.WriteTextAsync(file, content.ToJsonString(JsonText.Indented) + "\n", cancel);
    }

    private static HttpClient NewClient()
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("monogres");
        return client;
    }
}
