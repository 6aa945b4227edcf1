using System.CommandLine;
using Monogres.Cli.Inputs;
using Monogres.Engine.Execution;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres explain TARGET</c>: what a target is made of, and what changed since it was last built.</summary>
internal static class ExplainCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("explain", "Show what a target is made of, whether it is built, and which inputs changed since the last build", JsonOutput.Document,
            "monogres explain postgres@15.18",
            "monogres explain postgres@15.18+minimal --json");
        var targets = new TargetOptions(TargetKind.One).AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, target) = await targets.OpenOneAsync(parsed, global, cancel);
            await using var workspace = opened;
            var explanation = await Explanation.OfAsync(workspace, target, cancel);
            workspace.ClearProgress();
            await global.Console.Out.WriteAsync(workspace.Settings.Json ? explanation.Json() : explanation.Text());
            return (int)ExitCode.Done;
        });
        return command;
    }
}
