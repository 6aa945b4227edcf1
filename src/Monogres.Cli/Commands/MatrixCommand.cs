using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Cli.Inputs;
using Monogres.Core;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Proof.Variations;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres matrix TARGET…</c>: a chosen part of versions × option sets × platforms × toolchains.</summary>
internal static class MatrixCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("matrix", "Build many combinations, continue after failures, and keep a table of the results; a run that was stopped resumes", JsonOutput.Events,
            "monogres matrix postgres@13..18 --option-set all --test",
            "monogres matrix postgres@17 --platform debian11-amd64,debian12-amd64 --output results",
            "monogres matrix '*/postgres@15.18' --verify --vary all");
        var targets = new TargetOptions(several: true).AddTo(command);
        var test = new Option<bool>("--test") { Description = "Also run the tests of each target" };
        var output = new Option<string>("--output", "-o") { Description = "Where the table is kept", HelpName = "DIR", DefaultValueFactory = _ => "matrix" };
        var builds = new Option<int>("--builds")
        {
            Description = "How many times each is to have been built in all; missing builds are run without the cache, and compared with the table",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        builds.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
                given.AddError("`--builds` takes a number of at least 1");
        });
        var verify = new Option<bool>("--verify") { Description = "Also rebuild each from source under other conditions, as `monogres verify` does, unless the table knows that already; exit code 3 when anything differs" };
        var (vary, work) = VerifyCommand.Options();
        command.Options.Add(test);
        command.Options.Add(builds);
        foreach (var option in new System.CommandLine.Option[] { verify, vary, work })
            command.Options.Add(option);
        command.Options.Add(output);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var axes = ChosenAxes.Parse(parsed.GetValue(vary)!);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var planned = Plan(parsed, targets, settings, index);
            var files = new MatrixFiles(Path.GetFullPath(parsed.GetValue(output)!));
            var table = await files.ReadAsync(cancel);
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var runner = new MatrixRunner(workspace.Blobs, workspace.Targets, new MatrixOptions
            {
                Tester = parsed.GetValue(test) ? workspace.Tester : null,
                Builds = parsed.GetValue(builds),
                Parallelism = workspace.Remote?.Jobs is null ? Math.Max(4, 2 * Environment.ProcessorCount) : workspace.TargetsAtOnce,
                HasManyMachines = workspace.Remote?.Jobs is not null,
                Failed = workspace.ReportFailure,
            }, TimeProvider.System);
            try
            {
                await runner.RunAsync(planned, table, files.Append, cancel);
                if (parsed.GetValue(verify))
                    await new MatrixVerification(workspace, new VerificationRun(workspace, axes, deep: false, Path.GetFullPath(parsed.GetValue(work)!), keep: null), axes).RunAsync(planned, table, files.Append, cancel);
            }
            finally
            {
                // What was found is in the file already; sorted, with the page for people, it is also there when we are being stopped.
                await files.SortAsync(CancellationToken.None);
            }

            workspace.ClearProgress();
            var rows = planned.Select(target => table.Find(target.Id)!).ToArray();
            await global.Console.Out.WriteAsync(settings.Json ? string.Concat(rows.Select(row => Json(row) + "\n")) : Text(rows));
            return (int)(rows.Any(row => row.Status is MatrixStatus.Failed or MatrixStatus.TestsFailed) ? ExitCode.Failed
                : rows.Any(row => row.Status is MatrixStatus.Differs) ? ExitCode.NotIdentical
                : ExitCode.Done);
        });
        return command;
    }

    // Platform by platform and version by version, so that what combinations share is at hand when it is needed.
    private static IReadOnlyList<Target> Plan(ParseResult parsed, TargetOptions targets, Settings settings, MonogresIndex index)
    {
        var locks = Workspace.LocksOf(settings);
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
               let planner = new Planner(index, platform, toolchain, locks)
               from target in parsed.GetValue(targets.Targets)!
                   .SelectMany(text => optionSets.SelectMany(set => index.Select(TargetPattern.Parse(text), set)))
                   .Distinct().Order()
               select planner.Plan(target),
        ];
    }

    // As it stands in the table, among the events.
    private static string Json(MatrixRow row)
    {
        var line = JsonNode.Parse(row.ToLine())!.AsObject();
        line.Insert(0, "event", "row");
        return line.ToJsonString(JsonText.Line);
    }

    private static string Text(IEnumerable<MatrixRow> rows) => ListCommand.Table(rows.Select(row => new[]
    {
        row.Target, row.Platform, row.Toolchain,
        row.Status switch
        {
            MatrixStatus.Built => row.Builds > 1 ? $"built {row.Builds}×, the same" : "built",
            MatrixStatus.Differs => "not the same",
            MatrixStatus.TestsFailed => row.Tests is null ? "checks failed" : "tests failed",
            MatrixStatus.Failed => "failed",
            _ => "not run",
        },
        row.Tests is { } tests ? $"{row.Passed} of {tests} tests" : "",
        MatrixProof.Words(row.Proofs) is { Length: > 0 } proven ? $"proven {proven}" : "",
        row.Reason ?? "",
    }));
}
