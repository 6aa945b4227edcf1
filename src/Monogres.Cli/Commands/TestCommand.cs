using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Index.Options;
using Monogres.Index;
using Monogres.Results.Building;
using Monogres.Results.Testing;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres test TARGET…</c>: a target's own tests against what was built, and its smoke tests.</summary>
internal static class TestCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("test", "Run the tests of PostgreSQL (make check) or of an extension (make installcheck) against what was built, and smoke tests of what it offers, in the sandbox", JsonOutput.Events,
            "monogres test postgres@15.18",
            "monogres test hypopg/postgres@17.11",
            "monogres test postgres@15..18 --json");
        var targets = new TargetOptions().AddTo(command);
        var noCache = new Option<bool>("--no-cache") { Description = "Run the tests even if their result is cached" };
        command.Options.Add(noCache);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, planned) = await targets.OpenAsync(parsed, global, cancel);
            await using var workspace = opened;
            var failed = false;
            await workspace.Engine.AnnounceAsync(planned.SelectMany(target => TargetBuilds.StepsOf(target).Concat(new Step?[] { target.Tests?.Command, target.SmokeTest }.OfType<Step>())), cancel);
            await TargetLoop.RunAsync(workspace, planned, async (target, stop) =>
            {
                var built = await workspace.Targets.BuildAsync(target, useCache: true, stop);
                var report = await workspace.Tester.TestAsync(built, !parsed.GetValue(noCache), stop);
                failed |= report.Failures.Any();
                workspace.WriteResult(workspace.Settings.Json ? Json(target.Id, report).ToJsonString(JsonText.Line) : Text(target.Id, report));
            }, cancel);

            return (int)(failed ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static string Text(TargetId target, TestReport report)
    {
        string Named(IEnumerable<TestResult> tests) => string.Join(", ", tests.Select(test => test.Reason is { } why ? $"{test.Name} ({why})" : test.Name));
        return $"{target}: {report.Passed} of {report.Tests.Length} tests passed"
            + (report.Failures.Any() ? $"; failed: {Named(report.Failures)}" : "")
            + (report.Drifted.Any() ? $"; known differences: {Named(report.Drifted)}" : "")
            + (report.NoOwnTests is { } none ? $"; its own tests were not run: {none}" : "")
            + string.Concat(report.Warnings.Select(warning => $"\n  {warning}"))
            + string.Concat(report.Logs.Select(log => $"\n  full log: monogres store cat {log.Hash}"));
    }

    /// <summary>What was found, as an event among others.</summary>
    public static JsonObject Json(TargetId target, TestReport report) => new()
    {
        ["event"] = "tested",
        ["version"] = 1,
        ["target"] = target.ToString(),
        ["level"] = report.Level.ToString().ToLowerInvariant(),
        ["passed"] = report.Passed,
        ["total"] = report.Tests.Length,
        ["noOwnTests"] = report.NoOwnTests,
        ["logs"] = new JsonArray([.. report.Logs.Select(log => (JsonNode)log.Hash.ToString())]),
        ["warnings"] = new JsonArray([.. report.Warnings.Select(warning => (JsonNode)warning)]),
        ["tests"] = new JsonArray([.. report.Tests.Select(test => (JsonNode)new JsonObject
        {
            ["name"] = test.Name,
            ["outcome"] = test.Outcome switch
            {
                TestOutcome.Passed => "passed",
                TestOutcome.Ignored => "ignored",
                TestOutcome.Drifted => "drifted",
                _ => "failed",
            },
            ["reason"] = test.Reason,
            ["milliseconds"] = test.Milliseconds,
        })]),
    };
}
