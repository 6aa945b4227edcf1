using System.Collections.Frozen;
using System.Diagnostics;
using Monogres.Acceptance.Tests.Clients;
using Monogres.Remote.Tests.Engine;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>
/// Where the commands of one document are typed: a directory with the launcher and a copy of the index. Programs of others come
/// from pinned packages; the registry that documents call <c>registry.example</c> is one on loopback, and <c>cache.example</c> an engine
/// in this process. Each is there only when a command names it.
/// </summary>
internal sealed class ReadersPlace : IAsyncDisposable
{
    private const string RegistryHost = "registry.example", RegistryPort = ":5000", Cache = "grpc://cache.example:9092";

    /// <summary>Programs, and the packages that they are of.</summary>
    private static readonly FrozenDictionary<string, string[]> Programs = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["gpg"] = ["gpg", "gpg-agent"],
        ["openssl"] = ["openssl"],
        ["skopeo"] = ["skopeo"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<IAsyncDisposable> _others = [];
    private ImageRegistry? _registry;
    private SmallEngine? _cache;

    private ReadersPlace()
    {
    }

    /// <summary>Makes one for the commands of a document.</summary>
    public static async Task<ReadersPlace> ForAsync(string[] commands)
    {
        var place = new ReadersPlace();
        try
        {
            File.CreateSymbolicLink(place._directory["monogres"], Path.Combine(Tool.Repository, "monogres"));
            DocumentsTests.CopyDirectory(Path.Combine(Tool.Repository, "index"), place._directory["index"]);
            Directory.CreateDirectory(place._directory["bin"]);
            foreach (var (program, packages) in Programs.Where(one => commands.Any(command => command.StartsWith(one.Key + " ", StringComparison.Ordinal))))
                await place.ProvideAsync(program, packages);
            if (commands.Any(command => command.Contains(RegistryHost, StringComparison.Ordinal)))
                await place.StartRegistryAsync();
            if (commands.Any(command => command.Contains(Cache, StringComparison.Ordinal)))
                place._others.Add(place._cache = await SmallEngine.StartAsync());
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    /// <summary>How a command is started, as a shell does it.</summary>
    public ProcessStartInfo Start(string command)
    {
        var typed = _registry is null ? command
            : command.Replace(RegistryHost + RegistryPort, _registry.Address, StringComparison.Ordinal).Replace(RegistryHost, _registry.Address, StringComparison.Ordinal);
        typed = typed.Replace(Cache, $"{_cache?.Address}", StringComparison.Ordinal);
        string[] words = [.. PrefixFor(command), "sh", "-c", $"exec {typed}"];
        return new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["MONOGRES_STORE"] = Tool.SharedStore,
                ["MONOGRES_INDEX"] = _directory["index"],
                ["PATH"] = $"{_directory["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _others.Count - 1; i >= 0; i--)
            await _others[i].DisposeAsync();
        _directory.Dispose();
    }

    // PostgreSQL refuses to run as root; here, a root is nobody who owns what root does.
    private static string[] PrefixFor(string command) => Environment.IsPrivilegedProcess && command.Contains("/bin/", StringComparison.Ordinal)
        ? ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
        : [];

    private async Task ProvideAsync(string program, string[] packages)
    {
        var clients = await ClientPrograms.OfAsync(packages);
        _others.Add(clients);
        // The agent of gpg would stay, and with it the sandbox.
        var run = program is "gpg" ? "gpg \"$@\"; status=$?; gpgconf --kill gpg-agent; exit $status" : $"exec {program} \"$@\"";
        var words = clients.Start([_directory.Path], "sh", "-c", run, program).Select(word => $"'{word}'");
        await File.WriteAllTextAsync(_directory[$"bin/{program}"], $"#!/bin/sh\nexec {string.Join(' ', words)} \"$@\"\n");
        File.SetUnixFileMode(_directory[$"bin/{program}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task StartRegistryAsync()
    {
        var clients = await ClientPrograms.OfAsync("docker-registry");
        _others.Add(clients);
        _others.Add(_registry = await ImageRegistry.StartAsync(clients, _directory["registry"]));
    }
}
