using System.CommandLine;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Options;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres index check|add</c></summary>
internal static class IndexCommand
{
    public static Command Create(GlobalOptions global)
    {
        var check = new Verb("check", "Check every file of the index, and report all problems at once",
            "monogres index check",
            "monogres index check --index ../my-index");
        check.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var reading = await IndexReader.ReadAsync(settings.IndexDirectory, cancel);
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
        return new Command("index", "The data that says what can be built") { check, IndexAddCommand.Create(global) };
    }
}
