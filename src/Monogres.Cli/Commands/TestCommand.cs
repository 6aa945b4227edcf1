using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Build.Records;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres test TARGET…</c>: PostgreSQL's own regression tests against what was built.</summary>
internal static class TestCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("test", "Run PostgreSQL's own regression tests (make check) against what was built, in the sandbox",
            "monogres test postgres@15.18",
            "monogres test postgres@15..18 --json");
        var targets = new TargetOptions().AddTo(command);
        var noCache = new Option<bool>("--no-cache") { Description = "Run the tests even when their result is known" };
        command.Options.Add(noCache);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, plans) = await targets.OpenAsync(parsed, global, cancel);
            await using var workspace = opened;
            var failed = false;
            foreach (var plan in plans)
            {
                var built = await workspace.Builder.BuildAsync(plan, useCache: true, cancel);
                var report = await workspace.Tests.RunAsync(built, !parsed.GetValue(noCache), cancel);
                workspace.ClearProgress();
                failed |= report.Failures.Any();
                await global.Console.Out.WriteLineAsync(workspace.Settings.Json ? Json(plan.Target, report) : Text(plan.Target, report));
            }

            return (int)(failed ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static string Text(TargetName target, RegressionReport report)
    {
        var failures = report.Failures.ToArray();
        var summary = $"{target}: {report.Passed} of {report.Tests.Length} tests passed";
        return failures.Length == 0 ? summary : $"{summary}; failed: {string.Join(", ", failures.Select(test => test.Name))}";
    }

    private static string Json(TargetName target, RegressionReport report) => new JsonObject
    {
        ["version"] = 1,
        ["target"] = target.ToString(),
        ["passed"] = report.Passed,
        ["total"] = report.Tests.Length,
        ["tests"] = new JsonArray([.. report.Tests.Select(test => (JsonNode)new JsonObject
        {
            ["name"] = test.Name,
            ["outcome"] = test.Outcome switch
            {
                RegressionOutcome.Passed => "passed",
                RegressionOutcome.Ignored => "ignored",
                _ => "failed",
            },
            ["milliseconds"] = test.Milliseconds,
        })]),
    }.ToJsonString(JsonText.Line);
}
