using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Sources.Packages;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres platform add NAME WHAT…</c>: adds a package set to all platforms of a distribution, and its packages to their locks.</summary>
internal static class PlatformAddCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("add", "Add a library or program to the package sets and locks of every platform: NAME-build with what a build needs, NAME-runtime with the shared libraries", JsonOutput.Document,
            "monogres platform add sodium sodium.h",
            "monogres platform add sodium libsodium-dev",
            "monogres platform add xxd xxd --tool");
        var name = new Argument<string>("NAME") { Description = "The name for the sets: sodium for sodium-build and sodium-runtime" };
        var what = new Argument<string[]>("WHAT") { Description = "Debian packages (libsodium-dev), or files whose packages are looked for: sodium.h, -lsodium, libsodium.pc, libsodium.so.23", Arity = ArgumentArity.OneOrMore };
        var tool = new Option<bool>("--tool") { Description = "It is a program that only builds call: one set NAME, and nothing at run time" };
        command.Arguments.Add(name);
        command.Arguments.Add(what);
        command.Options.Add(tool);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var ask = SourceAsks.Of(SetName(parsed.GetValue(name)!), parsed.GetValue(what)!, parsed.GetValue(tool));

            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            using var locks = new FamilyLocks(settings);
            var addition = await locks.AddAsync(index, index.Platform(TargetId.DefaultPlatform).Archive.Name, [ask], workspace.Blobs, cancel);
            await WriteAsync(global, settings, addition);
            return addition.Platforms.Any(platform => platform.Answers.All(answer => answer.Answer is Monogres.Platforms.Lock.PackageAnswer.Found)) ? (int)ExitCode.Done : (int)ExitCode.Failed;
        });
        return command;
    }

    /// <summary>What has been added to each platform, one to a line, and what could not be.</summary>
    public static async Task WriteAsync(GlobalOptions global, Settings settings, FamilyAddition addition)
    {
        if (settings.Json)
        {
            await global.Console.Out.WriteLineAsync(Json(addition).ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var platform in addition.Platforms.Where(platform => platform.IsChange))
            await global.Console.Out.WriteLineAsync($"{platform.Platform.Name}: {Words(platform)}");
        if (!addition.Platforms.Any(platform => platform.IsChange))
            await global.Console.Out.WriteLineAsync("unchanged");
        foreach (var note in addition.Notes)
            await global.Console.Error.WriteLineAsync($"- {note}");
    }

    /// <summary>The same as JSON.</summary>
    public static JsonObject Json(FamilyAddition addition) => new()
    {
        ["version"] = 1,
        ["platforms"] = new JsonArray([.. addition.Platforms.Select(platform => (JsonNode)new JsonObject
        {
            ["name"] = platform.Platform.Name.ToString(),
            ["sets"] = new JsonObject([.. platform.Sets.Select(set => KeyValuePair.Create(set.Key, (JsonNode?)new JsonArray([.. set.Value.Select(package => (JsonNode)package)])))]),
            ["added"] = platform.Added,
        })]),
        ["notes"] = new JsonArray([.. addition.Notes.Select(note => (JsonNode)note)]),
    };

    private static string Words(PlatformAddition platform) =>
        $"{string.Join(", ", platform.Sets.Select(set => $"{set.Key} ({string.Join(" ", set.Value)})").Concat(platform.CrossSets.Keys.Except(platform.Sets.Keys, StringComparer.Ordinal)))}{(platform.Added > 0 ? $"; {platform.Added} more packages in the lock" : "")}";

    private static string SetName(string text) => text.Length > 0 && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or '+')
        ? text
        : throw new UserErrorException($"`{text}` cannot be the name of a package set", "lower-case letters, digits, `-`, `_`, `.` and `+`, a letter first") { ExitCode = ExitCode.Usage };
}
