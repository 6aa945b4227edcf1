using System.Collections.Immutable;
using Monogres.Cli.Inputs;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Platforms.Lock;
using Monogres.Store.Disk;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres platform list|lock|add</c></summary>
internal static class PlatformCommand
{
    public static Command Create(GlobalOptions global) => new("platform", "The platforms that results run on, and their pinned packages") { List(global), Lock(global), PlatformAddCommand.Create(global) };

    private static Verb List(GlobalOptions global)
    {
        var command = new Verb("list", "List the platforms", JsonOutput.Document,
            "monogres platform list",
            "monogres platform list --index ../my-index");
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var locks = index.Platforms.Select(platform => (Platform: platform, Lock: PackagesLockFile.ReadFile(Workspace.LockFile(settings, platform), platform.Name.ToString())));
            await global.Console.Out.WriteAsync(settings.Json
                ? new JsonArray([.. locks.Select(one => (JsonNode)Json(one.Platform, one.Lock))]).ToJsonString(JsonText.Indented) + "\n"
                : ListCommand.Table(locks.Select(one => new[]
                {
                    one.Platform.Name.ToString(), one.Platform.Summary, $"glibc {one.Platform.Glibc}", string.Join(", ", one.Platform.Toolchains.Values.Select(Words)),
                    $"{one.Lock.Packages.Length} packages of {one.Lock.Release.Date:yyyy-MM-dd}",
                })));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static JsonObject Json(Platform platform, PackagesLock packages) => new()
    {
        ["name"] = platform.Name.ToString(),
        ["summary"] = platform.Summary,
        ["glibc"] = platform.Glibc,
        ["toolchains"] = new JsonArray([.. platform.Toolchains.Values.Select(toolchain => (JsonNode)new JsonObject
        {
            ["name"] = toolchain.Name,
            ["archives"] = new JsonArray([.. toolchain.Archives.Select(archive => (JsonNode)archive.Name)]),
        })]),
        ["packages"] = packages.Packages.Length,
        ["date"] = packages.Release.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string Words(Toolchain toolchain) =>
        toolchain.Archives.IsEmpty ? toolchain.Name : $"{toolchain.Name} (from {string.Join(" and ", toolchain.Archives.Select(archive => archive.Name))})";

    private static Verb Lock(GlobalOptions global)
    {
        var command = new Verb("lock", "Renew a platform's lock: resolve its package sets from a mirror, checking the archive's signature, and write packages.lock.json", JsonOutput.Document,
            "monogres platform lock debian12-amd64",
            "monogres platform lock debian12-amd64 --mirror https://mirror.example.org/debian");
        var name = new Argument<string>("PLATFORM") { Description = "The platform, such as debian12-amd64" };
        command.Arguments.Add(name);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            using var locks = new FamilyLocks(settings);
            var suites = locks.Suites(kept: null);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var platform = index.Platform(PlatformName.TryParse(parsed.GetValue(name)!, out var parsedName)
                ? parsedName
                : throw new UserErrorException($"`{parsed.GetValue(name)}` is not the name of a platform", "see `monogres platform list`"));

            var renewed = await new PlatformLocker(suites).LockAsync(RequestOf(platform, locks.PlaceOf(platform)), cancel);

            var file = Workspace.LockFile(settings, platform);
            var text = PackagesLockFile.Write(renewed);
            var changed = !File.Exists(file) || !string.Equals(await File.ReadAllTextAsync(file, cancel), text, StringComparison.Ordinal);
            if (changed)
                await AtomicFile.WriteTextAsync(file, text, cancel);

            await global.Console.Out.WriteLineAsync(settings.Json
                ? new JsonObject
                {
                    ["version"] = 1,
                    ["file"] = file,
                    ["packages"] = renewed.Packages.Length,
                    ["date"] = renewed.Release.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    ["changed"] = changed,
                }.ToJsonString(JsonText.Indented)
                : $"{file}: {renewed.Packages.Length} packages of {renewed.Release.Date:yyyy-MM-dd}{(changed ? "" : ", unchanged")}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static LockRequest RequestOf(Platform platform, SuitePlace place)
    {
        var wanted = platform.PackageSets.Values.SelectMany(set => set).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        return new LockRequest
        {
            Platform = platform.Name.ToString(),
            Place = place,
            Architecture = platform.Architecture,
            // What a set asks for by name is wanted, whatever is left out elsewhere.
            Selection = new PackageSelection { Wanted = wanted, Omissions = [.. platform.Omissions.Packages.Except(wanted, StringComparer.Ordinal)] },
        };
    }
}
