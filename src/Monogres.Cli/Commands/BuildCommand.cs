using System.CommandLine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres build TARGET…</c></summary>
internal static class BuildCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("build", "Build targets, and leave each in the output directory as an archive with a manifest of what it is made of",
            "monogres build postgres@15.18",
            "monogres build 'pgvector/postgres@15..18' --keep-going",
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
            var (done, failed) = (false, false);
            UserErrorException? unavailable = null;
            await TargetSchedule.RunAsync(plans, Environment.ProcessorCount, async (plan, stop) =>
            {
                try
                {
                    var built = await workspace.Distributions.BuildAsync(plan, Path.GetFullPath(parsed.GetValue(output)!), !parsed.GetValue(noCache), stop);
                    workspace.Observer.On(new EngineEvent.TargetBuilt(plan.Target.ToString(), built.Target.Payload.Tree, [.. built.Files]));
                    if (!workspace.Settings.Json)
                        workspace.WriteResult(string.Join('\n', built.Files));
                    done = true;
                }
                catch (UserErrorException error) when (error.Unavailable && plans.Count > 1)
                {
                    // Of many versions that a pattern selects, those whose source is nowhere to be had do not spoil the others.
                    unavailable = error;
                    workspace.ReportFailure(plan, error);
                }
                catch (UserErrorException error) when (parsed.GetValue(keepGoing))
                {
                    failed = true;
                    workspace.ReportFailure(plan, error);
                }
            }, cancel);

            return (int)(failed || (unavailable is not null && !done) ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }
}
