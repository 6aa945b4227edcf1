using System.CommandLine;
using Monogres.Engine.Execution;
using Monogres.Plans;
using Monogres.Sandbox;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres shell TARGET [-- PROGRAM…]</c></summary>
internal static class ShellCommand
{
    public static Command Create(GlobalOptions global, Interrupts interrupts, string[] program)
    {
        var command = new Verb("shell", "Enter the sandbox of a target's build: the same root, source and script, writable, thrown away afterwards",
            "monogres shell postgres@15.18",
            "monogres shell postgres@15.18 -- gcc --version");
        var targets = new TargetOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, plan) = await targets.OpenOneAsync(parsed, global, cancel);
            await using var workspace = opened;
            var prepared = await workspace.Builder.PrepareAsync(plan, Freshness.Remembered, cancel);
            workspace.ClearProgress();
            if (program.Length == 0)
                await global.Console.Error.WriteLineAsync($"the source is in /{BuildPaths.Source}; `sh /{BuildPaths.Script}` runs the build; nothing you change here is kept");

            interrupts.LendTerminal();
            return await (await workspace.Session(cancel)).EnterAsync(new SessionRequest
            {
                Layers = prepared.Request.Layers,
                Arguments = program.Length == 0 ? ["/bin/sh", "-i"] : ["/usr/bin/env", .. program],
                Environment = prepared.Request.Action.Environment.Add("TERM", "dumb").Add("PS1", $"{plan.Target}:$PWD$ "),
                WorkingDirectory = BuildPaths.Work,
            }, cancel);
        });
        return command;
    }
}
