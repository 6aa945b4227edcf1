using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Inspection;
using Monogres.Results.Building;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Results.Testing;

/// <summary>Runs a target's own tests and its smoke tests, and reads what they said.</summary>
/// <param name="engine">Runs steps.</param>
/// <param name="blobs">Has logs.</param>
public sealed class TargetTester(StepEngine engine, IBlobStore blobs)
{
    /// <summary>Runs the tests and then the smoke tests, or finds that they passed before.</summary>
    /// <exception cref="UserErrorException">They could not be run: nothing in the log is a test.</exception>
    public async Task<TestReport> TestAsync(BuiltTarget built, bool useCache, CancellationToken cancel)
    {
        var target = built.Target;
        List<TestResult> ran = built.Inspection is { } inspection ? [.. Static(inspection)] : [];
        List<Digest> logs = [];
        foreach (var (command, mayBreak) in new[] { (target.Tests?.Command, target.Tests?.MayBreak ?? false), (target.SmokeTest, false) })
        {
            if (command is null)
                continue;

            var (_, end) = await engine.TryRunAsync(command, useCache, cancel);
            ran.AddRange(await ReadAsync(command, end, mayBreak, cancel));
            logs.AddRange(LogOf(end));
        }

        return new TestReport([.. ran])
        {
            Logs = [.. logs],
            Warnings = [.. (built.Inspection?.Findings ?? []).Where(finding => finding.Severity is CheckSeverity.Warning).Select(finding => finding.ToString())],
        }.With(target.Tests?.Drift ?? []);
    }

    /// <summary>What was found without running anything: whether all is there, and each check that found what must not be.</summary>
    private static IEnumerable<TestResult> Static(ExtensionInspection inspection) =>
    [
        new TestResult("installed", inspection.Problems.IsEmpty ? TestOutcome.Passed : TestOutcome.Failed, Milliseconds: null)
        {
            Reason = inspection.Problems.IsEmpty ? null : string.Join("; ", inspection.Problems),
        },
        .. inspection.Findings.Where(finding => finding.Severity is CheckSeverity.Error).GroupBy(finding => finding.Check, StringComparer.Ordinal).Select(found =>
            new TestResult($"check:{found.Key}", TestOutcome.Failed, Milliseconds: null) { Reason = string.Join("; ", found.Select(finding => $"{finding.File}: {finding.Text}")) }),
    ];

    // That of a run in which everything passed has nothing to say.
    private static IEnumerable<Digest> LogOf(ActionEnd end) =>
        end is ActionEnd.Failure { Outcome: ActionOutcome.Failed { Result.StdoutDigest: { } log } } ? [log.ToDigest()] : [];

    /// <param name="command">The tests.</param>
    /// <param name="end">How they ended.</param>
    /// <param name="mayBreak">Whether a failure before the first test is a finding about the project, and not the end of the command.</param>
    /// <param name="cancel">Stops.</param>
    private async Task<IEnumerable<TestResult>> ReadAsync(RunStep command, ActionEnd end, bool mayBreak, CancellationToken cancel)
    {
        var report = await ReportAsync(command, end, cancel);
        if (end is ActionEnd.Failure { Outcome: var outcome } && !report.Failures.Any())
        {
            // A failure without a failing test is not the tests' failure: a server that did not start, a compiler error.
            var why = await ActionErrors.DescribeAsync(command, outcome, blobs, cancel);
            return mayBreak ? report.Tests.Append(new TestResult("installcheck", TestOutcome.Failed, Milliseconds: null) { Reason = ActionErrors.FirstError(why) }) : throw why;
        }

        // Some projects have no tests although their style knows how to run them.
        if (report.Tests.IsEmpty && !mayBreak)
            throw new InvalidOperationException($"`{command}` ended with exit code 0, and its log reports no test");

        return report.Tests;
    }

    private async Task<TestReport> ReportAsync(RunStep command, ActionEnd end, CancellationToken cancel) => await ReadLogAsync(end switch
    {
        ActionEnd.Known known => known.Action.Result,
        ActionEnd.Failure { Outcome: ActionOutcome.Failed failed } => failed.Result,
        ActionEnd.Failure failure => throw await ActionErrors.DescribeAsync(command, failure.Outcome, blobs, cancel),
        _ => throw new InvalidOperationException($"no such end of an action: {end.GetType().Name}"),
    }, cancel);

    private async ValueTask<TestReport> ReadLogAsync(Wire.ActionResult result, CancellationToken cancel) =>
        TestReport.Read(await blobs.ReadLinesAsync(result.StdoutDigest.ToDigest(), cancel));
}
