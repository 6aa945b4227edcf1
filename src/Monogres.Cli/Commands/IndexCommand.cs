using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Options;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres index check|add|prove</c></summary>
internal static class IndexCommand
{
    public static Command Create(GlobalOptions global)
    {
        var check = new Verb("check", "Check every file of the index, and report all problems at once", JsonOutput.Document,
            "monogres index check",
            "monogres index check --index ../my-index");
        check.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var reading = await IndexReader.ReadAsync(settings.IndexDirectory, cancel);
            if (settings.Json)
            {
                await global.Console.Out.WriteLineAsync(Json(reading).ToJsonString(JsonText.Indented));
                return (int)(reading is IndexReading.InvalidIndex ? ExitCode.Failed : ExitCode.Done);
            }

            if (reading is IndexReading.InvalidIndex faulty)
            {
                foreach (var problem in faulty.Problems)
                    await global.Console.Out.WriteLineAsync(problem.ToString());
                await global.Console.Error.WriteLineAsync($"error: the index has {faulty.Problems.Count} problems");
                return (int)ExitCode.Failed;
            }

            var index = reading.OrThrow();
            await global.Console.Out.WriteLineAsync(
                $"the index is valid: {index.Projects.Sum(project => project.Releases.Length)} releases, {index.Outlines.Length} extensions, {index.OptionSets.Sets.Length} option sets, {index.Platforms.Length} platforms");
            return (int)ExitCode.Done;
        });
        return new Command("index", "The data that says what can be built") { check, IndexAddCommand.Create(global), IndexProveCommand.Create(global) };
    }

    private static JsonObject Json(IndexReading reading)
    {
        var document = new JsonObject { ["version"] = 1, ["valid"] = reading is not IndexReading.InvalidIndex };
        if (reading is IndexReading.InvalidIndex faulty)
        {
            document["problems"] = new JsonArray([.. faulty.Problems.Select(problem => (JsonNode)new JsonObject
            {
                ["file"] = problem.File,
                ["field"] = problem.Field,
                ["message"] = problem.Message,
                ["suggestion"] = problem.Suggestion,
            })]);
            return document;
        }

        var index = reading.OrThrow();
        document["releases"] = index.Projects.Sum(project => project.Releases.Length);
        document["extensions"] = index.Outlines.Length;
        document["optionSets"] = index.OptionSets.Sets.Length;
        document["platforms"] = index.Platforms.Length;
        document["problems"] = new JsonArray();
        return document;
    }
}
