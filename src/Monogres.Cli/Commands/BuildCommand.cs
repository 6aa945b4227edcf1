using System.CommandLine;
using Monogres.Build;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres build TARGET…</c></summary>
internal static class BuildCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("build", "Build targets, and leave each in the output directory as an archive with a manifest of what it is made of",
            "monogres build postgres@15.18",
            "monogres build postgres@15..18 --option-set barebones --keep-going",
            "monogres build postgres@17 --output /srv/postgres");
        var targets = new TargetOptions().AddTo(command);
        var output = new Option<string>("--output", "-o") { Description = "Where the files go", HelpName = "DIR", DefaultValueFactory = _ => "dist" };
        var noCache = new Option<bool>("--no-cache") { Description = "Run the build even when its result is known" };
        var keepGoing = new Option<bool>("--keep-going", "-k") { Description = "Build the other targets when one fails" };
        command.Options.Add(output);
        command.Options.Add(noCache);
        command.Options.Add(keepGoing);

        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, plans) = await targets.OpenAsync(parsed, global, cancel);
            await using var workspace = opened;
            var failed = false;
            foreach (var plan in plans)
            {
                try
                {
                    var built = await workspace.Distributions.BuildAsync(plan, Path.GetFullPath(parsed.GetValue(output)!), !parsed.GetValue(noCache), cancel);
                    workspace.Observer.On(new BuildEvent.TargetBuilt(plan.Target.ToString(), built.Target.Payload.Tree, [.. built.Files]));
                    if (!workspace.Settings.Json)
                    {
                        foreach (var file in built.Files)
                            await global.Console.Out.WriteLineAsync(file);
                    }
                }
                catch (UserErrorException error) when (parsed.GetValue(keepGoing))
                {
                    failed = true;
                    workspace.ReportFailure(plan, error);
                }
            }

            return (int)(failed ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }
}
