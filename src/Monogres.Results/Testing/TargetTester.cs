using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions.Checks;
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
        var report = Check(built);
        foreach (var (command, mayBreak) in new[] { (target.Tests?.Command, target.Tests?.MayBreak ?? false), (target.SmokeTest, false) })
        {
            if (command is null)
                continue;

            var (_, end) = await engine.TryRunAsync(command, useCache, cancel);
            report = report.Then(await ReadAsync(command, end, mayBreak, cancel)) with { Logs = [.. report.Logs, .. LogOf(end)] };
        }

        return report.With(target.Tests?.Drift ?? []) with
        {
            NoOwnTests = report.Tests.Any(test => !test.IsSmokeTest) ? null : target.NoTests ?? report.NoOwnTests ?? "its test command runs none",
        };
    }

    /// <summary>What was found without running anything: whether all is there, and each check that found what must not be.</summary>
    public static TestReport Check(BuiltTarget built)
    {
        if (built.Inspection is null)
            return new TestReport([]);

        var errors = built.Findings.Where(finding => finding.Severity is CheckSeverity.Error).ToLookup(finding => finding.Check, StringComparer.Ordinal);
        return new TestReport(
        [
            new TestResult(TestReport.InstalledTest, errors[BuiltTarget.InstalledCheck].Any() ? TestOutcome.Failed : TestOutcome.Passed, Milliseconds: null)
            {
                Reason = errors[BuiltTarget.InstalledCheck].Any() ? Texts(errors[BuiltTarget.InstalledCheck]) : null,
            },
            .. errors.Where(found => found.Key is not BuiltTarget.InstalledCheck).Select(found =>
                new TestResult(found.First().TestName, found.Any(finding => finding.IsFailure) ? TestOutcome.Failed : TestOutcome.Drifted, Milliseconds: null)
                {
                    Reason = found.Any(finding => finding.IsFailure) ? Texts(found) : found.First().Known,
                }),
        ])
        {
            Warnings = [.. built.Findings.Where(finding => finding.Severity is CheckSeverity.Warning).Select(finding => finding.ToString())],
        };
    }

    private static string Texts(IEnumerable<CheckFinding> findings) => string.Join("; ", findings.Select(finding => finding.What));

    // That of a run in which everything passed has nothing to say.
    private static IEnumerable<Digest> LogOf(ActionEnd end) =>
        end is ActionEnd.Failure { Outcome: ActionOutcome.Failed { Result.StdoutDigest: { } log } } ? [log.ToDigest()] : [];

    /// <param name="command">The tests.</param>
    /// <param name="end">How they ended.</param>
    /// <param name="mayBreak">Whether a failure before the first test is a finding about the project, and not the end of the command.</param>
    /// <param name="cancel">Stops.</param>
    private async Task<TestReport> ReadAsync(RunStep command, ActionEnd end, bool mayBreak, CancellationToken cancel)
    {
        var report = await ReportAsync(command, end, cancel);
        if (end is ActionEnd.Failure { Outcome: var outcome } && !report.Failures.Any())
        {
            // A failure without a failing test is not the tests' failure: a server that did not start, a compiler error.
            var why = await ActionErrors.DescribeAsync(command, outcome, blobs, cancel);
            return mayBreak
                ? report with { Tests = report.Tests.Add(new TestResult("installcheck", TestOutcome.Failed, Milliseconds: null) { Reason = ActionErrors.FirstError(why) }) }
                : throw why;
        }

        // Some projects have no tests although their style knows how to run them.
        if (report.Tests.IsEmpty && !mayBreak)
            throw new InvalidOperationException($"`{command}` ended with exit code 0, and its log reports no test");

        return report;
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
