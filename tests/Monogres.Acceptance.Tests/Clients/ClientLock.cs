using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>
/// The packages that tests bring along: <c>packages.json</c> beside this file has sets of names, <c>packages.lock.json</c> pins them
/// and all that they depend on, as the lock of a platform does (<c>docs/reference/platform-lock.md</c>). After a change of the
/// sets, <c>UPDATE_CLIENTS=1 ./test Acceptance</c> renews the lock from a mirror, checking the archive's signature.
/// </summary>
internal static class ClientLock
{
    /// <summary>The platform that the packages are of.</summary>
    public const string Platform = "debian12-amd64";

    private static readonly string Folder = Path.Combine(Tool.Repository, "tests", "Monogres.Acceptance.Tests", "Clients");

    private static readonly string File = Path.Combine(Folder, PackagesLockFile.FileName);

    /// <summary>Where packages come from: the variable, then the apt of this machine.</summary>
    public static MirrorSettings Mirrors { get; } = new() { Variable = Environment.GetEnvironmentVariable("MONOGRES_MIRROR"), AptDirectory = "/etc/apt" };

    /// <summary>Whether the lock is to be renewed.</summary>
    public static bool IsToBeRenewed => Environment.GetEnvironmentVariable("UPDATE_CLIENTS") is "1";

    /// <summary>The names of a set.</summary>
    public static string[] Set(string name) => [.. Sets()[name]!.AsArray().Select(package => (string)package!)];

    /// <summary>The names of all sets.</summary>
    public static ImmutableArray<string> All() =>
        [.. Sets().SelectMany(set => set.Value!.AsArray()).Select(package => (string)package!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The lock.</summary>
    public static PackagesLock Read() => PackagesLockFile.ReadFile(File, Platform);

    /// <summary>Resolves the sets from a mirror, and writes the lock.</summary>
    public static async Task RenewAsync()
    {
        var keyring = Path.Combine(Tool.Repository, "index", "platforms", "keyrings", "debian-archive.gpg");
        using var client = new HttpClient();
        var locker = new PlatformLocker(new SuiteReader((place, stop) => ArchiveReader.OpenAsync(client, place, stop), TimeProvider.System));
        var renewed = await locker.LockAsync(new LockRequest
        {
            Platform = Platform,
            Place = new SuitePlace
            {
                Archive = "debian",
                Suite = "bookworm",
                Component = "main",
                Keyring = Keyring.Parse(await System.IO.File.ReadAllBytesAsync(keyring), keyring),
                Mirrors = DebianMirrors.Of(Mirrors),
            },
            Architecture = "amd64",
            Selection = new PackageSelection { Wanted = All(), Omissions = [] },
        }, default);
        await System.IO.File.WriteAllTextAsync(File, PackagesLockFile.Write(renewed));
    }

    private static JsonObject Sets() => JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, "packages.json")))!.AsObject();
}
