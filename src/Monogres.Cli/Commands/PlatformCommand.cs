using System.Collections.Immutable;
using Monogres.Cli.Inputs;
using System.CommandLine;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;
using Monogres.Store.Disk;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres platform list|lock</c></summary>
internal static class PlatformCommand
{
    public static Command Create(GlobalOptions global) => new("platform", "The platforms that results run on, and their pinned packages") { List(global), Lock(global) };

    private static Verb List(GlobalOptions global)
    {
        var command = new Verb("list", "List the platforms",
            "monogres platform list",
            "monogres platform list --index ../my-index");
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            List<string[]> rows = [];
            foreach (var platform in index.Platforms)
            {
                var packages = PackagesLockFile.ReadFile(Workspace.LockFile(settings, platform), platform.Name.ToString());
                rows.Add(
                [
                    platform.Name.ToString(), platform.Summary, $"glibc {platform.Glibc}", string.Join(", ", platform.Toolchains.Values.Select(Words)),
                    $"{packages.Packages.Length} packages of {packages.Release.Date:yyyy-MM-dd}",
                ]);
            }

            await global.Console.Out.WriteAsync(ListCommand.Table(rows));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Words(Toolchain toolchain) =>
        toolchain.Archives.IsEmpty ? toolchain.Name : $"{toolchain.Name} (from {string.Join(" and ", toolchain.Archives.Select(archive => archive.Name))})";

    private static Verb Lock(GlobalOptions global)
    {
        var command = new Verb("lock", "Renew a platform's lock: resolve its package sets from a mirror, checking the archive's signature, and write packages.lock.json",
            "monogres platform lock debian12-amd64",
            "monogres platform lock debian12-amd64 --mirror https://mirror.example.org/debian");
        var name = new Argument<string>("PLATFORM") { Description = "The platform, such as debian12-amd64" };
        command.Arguments.Add(name);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            if (settings.Offline)
                throw new UserErrorException("a lock is renewed from a mirror, and `--offline` forbids that", "run it without `--offline`");

            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var platform = index.Platform(PlatformName.TryParse(parsed.GetValue(name)!, out var parsedName)
                ? parsedName
                : throw new UserErrorException($"`{parsed.GetValue(name)}` is not the name of a platform", "see `monogres platform list`"));

            using var client = new HttpClient();
            client.DefaultRequestHeaders.UserAgent.ParseAdd("monogres");
            var locker = new PlatformLocker((place, stop) => ArchiveReader.OpenAsync(client, place, stop), TimeProvider.System);
            var renewed = await locker.LockAsync(await RequestAsync(settings, platform, cancel), cancel);

            var file = Workspace.LockFile(settings, platform);
            var text = PackagesLockFile.Write(renewed);
            var changed = !File.Exists(file) || !string.Equals(await File.ReadAllTextAsync(file, cancel), text, StringComparison.Ordinal);
            if (changed)
                await AtomicFile.WriteTextAsync(file, text, cancel);

            await global.Console.Out.WriteLineAsync($"{file}: {renewed.Packages.Length} packages of {renewed.Release.Date:yyyy-MM-dd}{(changed ? "" : ", unchanged")}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<LockRequest> RequestAsync(Settings settings, Platform platform, CancellationToken cancel)
    {
        if (platform.Archive is not { Suites: [var suite], Components: [var component] })
            throw new UserErrorException($"the platform `{platform.Name}` names several suites or components, and a lock has one of each", $"see {platform.Folder}/platform.json, field archive");

        var keyring = Path.Combine(settings.IndexDirectory, "platforms", "keyrings", platform.Archive.Keyring);
        if (!File.Exists(keyring))
            throw new UserErrorException($"the keyring `{platform.Archive.Keyring}` of `{platform.Name}` is not in {Path.GetDirectoryName(keyring)}", "put it there, or correct the field archive.keyring of its platform.json");

        var wanted = platform.PackageSets.Values.SelectMany(set => set).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        return new LockRequest
        {
            Platform = platform.Name.ToString(),
            Archive = platform.Archive.Name,
            Suite = suite,
            Component = component,
            Architecture = platform.Architecture,
            // What a set asks for by name is wanted, whatever is left out elsewhere.
            Selection = new PackageSelection { Wanted = wanted, Omissions = [.. platform.Omissions.Packages.Except(wanted, StringComparer.Ordinal)] },
            Keyring = Keyring.Parse(await File.ReadAllBytesAsync(keyring, cancel), keyring),
            Mirrors = DebianMirrors.Of(Workspace.MirrorsOf(settings)),
        };
    }
}
