using System.CommandLine;
using Monogres.Cli.Inputs;
using Monogres.Engine.Execution;
using Monogres.Plans;
using Monogres.Sandbox;
using Monogres.Payloads.Layout;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres shell TARGET [-- PROGRAM…]</c></summary>
internal static class ShellCommand
{
    public static Command Create(GlobalOptions global, Interrupts interrupts, string[] program)
    {
        var command = new Verb("shell", "Enter the sandbox of a target's build: the same root, source and script; changes are discarded", JsonOutput.None,
            "monogres shell postgres@15.18",
            "monogres shell postgres@15.18 -- gcc --version");
        var targets = new TargetOptions(TargetKind.One).AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, target) = await targets.OpenOneAsync(parsed, global, cancel);
            await using var workspace = opened;
            return await workspace.Engine.UseAsync(target.Build.Inputs, async layers =>
            {
                workspace.ClearProgress();
                if (program.Length == 0)
                    await global.Console.Error.WriteLineAsync($"the source is in /{target.Ingredients.SourceDirectory}; `sh /{BuildPaths.Script}` runs the build; changes are discarded");

                var session = await workspace.Session(cancel);
                workspace.ClearProgress();
                interrupts.LendTerminal();
                return await session.EnterAsync(new SessionRequest
                {
                    Layers = [.. layers.Select(layer => layer.Tree)],
                    Arguments = program.Length == 0 ? ["/bin/sh", "-i"] : ["/usr/bin/env", .. program],
                    Environment = target.Build.Command.Environment.Add("TERM", "dumb").Add("PS1", $"{target.Id}:$PWD$ "),
                    WorkingDirectory = BuildPaths.Work,
                    AsAction = true,
                }, cancel);
            }, cancel);
        });
        return command;
    }
}
