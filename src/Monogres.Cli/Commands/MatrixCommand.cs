using System.CommandLine;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres matrix TARGET…</c>: a chosen part of versions × option sets × platforms × toolchains.</summary>
internal static class MatrixCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("matrix", "Build many combinations, go on after failures, and keep a table of what became of each; stopped, it goes on where it was",
            "monogres matrix postgres@13..18 --option-set all --test",
            "monogres matrix postgres@17 --platform debian11-amd64,debian12-amd64 --output results");
        var targets = new TargetOptions(several: true).AddTo(command);
        var test = new Option<bool>("--test") { Description = "Also run the tests of each" };
        var output = new Option<string>("--output", "-o") { Description = "Where the table is kept", HelpName = "DIR", DefaultValueFactory = _ => "matrix" };
        var builds = new Option<int>("--builds")
        {
            Description = "How often each is to be built in all: again without the cache until it was, and each time compared with the table",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        builds.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
                given.AddError("`--builds` takes a number from 1 on");
        });
        command.Options.Add(test);
        command.Options.Add(builds);
        command.Options.Add(output);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var plans = Plan(parsed, targets, index);
            var files = new MatrixFiles(Path.GetFullPath(parsed.GetValue(output)!));
            var earlier = await files.ReadAsync(cancel);
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var runner = new MatrixRunner(workspace.Store.Blobs, workspace.Builder, parsed.GetValue(test) ? workspace.Tests : null, workspace.ReportFailure, parsed.GetValue(builds), Environment.ProcessorCount, TimeProvider.System);

            // A table that is half a minute old is worth more than none: what was found is kept even when we are being stopped.
            var (table, ran) = await runner.RunAsync(plans, earlier, now => files.KeepAsync(now, CancellationToken.None), cancel);
            if (ran == 0)
                await files.KeepAsync(table, cancel);
            workspace.ClearProgress();
            var now = table.ByCombination();
            var rows = plans.Select(plan => now[(plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name)]).ToArray();
            await global.Console.Out.WriteAsync(settings.Json ? new MatrixTable { Rows = [.. rows] }.ToLine() + "\n" : Text(rows));
            return (int)(rows.Any(row => row.Status is MatrixStatus.Failed or MatrixStatus.TestsFailed) ? ExitCode.Failed
                : rows.Any(row => row.Status is MatrixStatus.Differs) ? ExitCode.NotIdentical
                : ExitCode.Done);
        });
        return command;
    }

    // Platform by platform and version by version, so that what combinations share is at hand when it is needed.
    private static IReadOnlyList<TargetPlan> Plan(ParseResult parsed, TargetOptions targets, MonogresIndex index)
    {
        var toolchains = parsed.GetValue(targets.Toolchain)!;
        IReadOnlyList<Platform> platforms = parsed.GetValue(targets.Platform)! is var named && named is TargetOptions.All
            ? index.Platforms
            : [.. TargetOptions.Names(named).Select(name => index.Platform(TargetOptions.PlatformOf(name)))];
        OptionSetName?[] optionSets = parsed.GetValue(targets.OptionSet) switch
        {
            null => [null],
            TargetOptions.All => [.. index.OptionSets.Sets.Select(set => (OptionSetName?)set.Name)],
            var names => [.. TargetOptions.Names(names).Select(name => (OptionSetName?)TargetOptions.OptionSetOf(name, index))],
        };
        return
        [
            .. from platform in platforms
               from toolchain in toolchains is TargetOptions.All ? platform.Toolchains.Keys.ToArray() : TargetOptions.Names(toolchains)
               let planner = new Planner(index, platform, toolchain)
               from target in parsed.GetValue(targets.Targets)!
                   .SelectMany(text => optionSets.SelectMany(set => index.Select(TargetPattern.Parse(text), set)))
                   .Distinct().Order()
               select planner.Plan(target),
        ];
    }

    private static string Text(IEnumerable<MatrixRow> rows) => ListCommand.Table(rows.Select(row => new[]
    {
        row.Target, row.Platform, row.Toolchain,
        row.Status switch
        {
            MatrixStatus.Built => row.Builds > 1 ? $"built {row.Builds}×, the same" : "built",
            MatrixStatus.Differs => "not the same",
            MatrixStatus.TestsFailed => "tests failed",
            MatrixStatus.Failed => "failed",
            _ => "not run",
        },
        row.Tests is { } tests ? $"{row.Passed} of {tests} tests" : "",
        row.Reason ?? "",
    }));
}
