using System.CommandLine;
using Monogres.Build.Matrix;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres matrix TARGET…</c>: a chosen part of versions × option sets × platforms × toolchains.</summary>
internal static class MatrixCommand
{
    private const string All = "all";

    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("matrix", "Build many combinations, go on after failures, and keep a table of what became of each; stopped, it goes on where it was",
            "monogres matrix postgres@13..18 --option-set all --test",
            "monogres matrix postgres@17 --platform debian11-amd64,debian12-amd64 --output results");
        var targets = new Argument<string[]>("TARGET") { Description = "postgres@15 (its newest release), postgres@15.18, postgres@13..18, all", Arity = ArgumentArity.OneOrMore };
        var optionSets = ListOption("--option-set", "Option sets, divided by commas, or `all`; without it, the default one");
        var platforms = ListOption("--platform", $"Platforms, divided by commas, or `all`; without it, {TargetOptions.DefaultPlatform}");
        var toolchains = ListOption("--toolchain", "Toolchains, divided by commas, or `all`: those that the platform has; without it, gcc");
        var test = new Option<bool>("--test") { Description = "Also run the tests of each" };
        var output = new Option<string>("--output", "-o") { Description = "Where the table is kept", HelpName = "DIR", DefaultValueFactory = _ => "matrix" };
        command.Arguments.Add(targets);
        foreach (var names in new[] { optionSets, platforms, toolchains })
            command.Options.Add(names);
        command.Options.Add(test);
        command.Options.Add(output);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var plans = Plan(index, parsed.GetValue(targets)!, Names(parsed.GetValue(optionSets)), Names(parsed.GetValue(platforms)), Names(parsed.GetValue(toolchains)));
            var files = new MatrixFiles(Path.GetFullPath(parsed.GetValue(output)!));
            var earlier = await files.ReadAsync(cancel);
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var runner = new MatrixRunner(workspace.Store.Blobs, workspace.Builder, parsed.GetValue(test) ? workspace.Tests : null, workspace.ReportFailure, Environment.ProcessorCount, TimeProvider.System);

            // A table that is half a minute old is worth more than none: what was found is kept even when we are being stopped.
            var (table, _) = await runner.RunAsync(plans, earlier, now => files.KeepAsync(now, CancellationToken.None), cancel);
            workspace.ClearProgress();
            var now = table.ByCombination();
            var rows = plans.Select(plan => now[(plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name)]).ToArray();
            await global.Console.Out.WriteAsync(settings.Json ? new MatrixTable { Rows = [.. rows] }.ToLine() + "\n" : Text(rows));
            return (int)(rows.Any(row => row.Status is MatrixStatus.Failed or MatrixStatus.TestsFailed) ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static Option<string?> ListOption(string name, string description) => new(name) { Description = description, HelpName = "NAMES" };

    private static string[] Names(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    // Platform by platform and version by version, so that what combinations share is at hand when it is needed.
    private static IReadOnlyList<TargetPlan> Plan(MonogresIndex index, string[] targets, string[] optionSets, string[] platforms, string[] toolchains)
    {
        IReadOnlyList<Platform> chosenPlatforms = platforms switch
        {
            [] => [index.Platform(PlatformName.Parse(TargetOptions.DefaultPlatform))],
            [All] => index.Platforms,
            _ => platforms.Select(name => index.Platform(TargetOptions.PlatformOf(name))).ToArray(),
        };
        OptionSetName?[] chosenSets = optionSets switch
        {
            [] => [null],
            [All] => [.. index.OptionSets.Sets.Select(set => (OptionSetName?)set.Name)],
            _ => [.. optionSets.Select(name => (OptionSetName?)TargetOptions.OptionSetOf(name, index))],
        };
        return
        [
            .. from platform in chosenPlatforms
               from toolchain in toolchains is [] ? ["gcc"] : toolchains is [All] ? platform.Toolchains.Keys.ToArray() : toolchains
               let planner = new Planner(index, platform, toolchain)
               from target in targets
                   .SelectMany(text => chosenSets.SelectMany(set => index.Select(TargetPattern.Parse(text), set)))
                   .Distinct().Order()
               select planner.Plan(target),
        ];
    }

    private static string Text(IEnumerable<MatrixRow> rows) => ListCommand.Table(rows.Select(row => new[]
    {
        row.Target, row.Platform, row.Toolchain,
        row.Status switch
        {
            MatrixStatus.Built => "built",
            MatrixStatus.TestsFailed => "tests failed",
            MatrixStatus.Failed => "failed",
            _ => "not run",
        },
        row.Tests is { } tests ? $"{row.Passed} of {tests} tests" : "",
        row.Reason ?? "",
    }));
}
