using System.Text;
using Monogres.Actions;
using Monogres.Build.Extensions;
using Monogres.Build.Extensions.Checks;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Index;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Build.Execution;

/// <summary>Runs a target's own tests and its proofs, and reads what they said.</summary>
public sealed class TargetTests(TargetBuilder builder, IBlobStore blobs)
{
    /// <summary>Runs the tests and then the proofs, or finds that they passed before.</summary>
    /// <exception cref="UserErrorException">They could not be run: nothing in the log is a test.</exception>
    public async Task<TestReport> RunAsync(BuiltTarget built, bool useCache, CancellationToken cancel)
    {
        var plan = built.Plan;
        List<TestResult> ran = built.Inspection is { } inspection ? [.. Static(inspection)] : [];
        List<Digest> logs = [];
        if (plan.TestScript is { } tests)
        {
            var (request, end) = await builder.TestAsync(built, tests, useCache, cancel);
            ran.AddRange(plan is ExtensionPlan ? await ReadOfExtensionAsync(request, end, cancel) : await ReadAsync(request, end, cancel));
            logs.AddRange(LogOf(end));
        }

        if (plan.ProofScript is { } proofs)
        {
            var (request, end) = await builder.ProveAsync(built, proofs, useCache, cancel);
            ran.AddRange(await ReadAsync(request, end, cancel));
            logs.AddRange(LogOf(end));
        }

        return new TestReport([.. ran]) { Logs = [.. logs], Warnings = [.. (built.Inspection?.Findings ?? []).Where(finding => finding.Severity is CheckSeverity.Warning).Select(finding => finding.ToString())] }.With(DriftOf(plan));
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

    private static IEnumerable<KnownDrift> DriftOf(TargetPlan plan) =>
        plan is ExtensionPlan { Project.Tests.Drift: var drift } ? drift.Where(known => known.Postgres.Contains(plan.Target.Version)) : [];

    private async Task<IEnumerable<TestResult>> ReadAsync(ActionRequest request, ActionEnd end, CancellationToken cancel)
    {
        var report = await ReportAsync(request, end, cancel);

        // A failure without a failing test is not the tests' failure: a server that did not start, a compiler error.
        if (end is ActionEnd.Failure { Outcome: var outcome } && !report.Failures.Any())
            throw await ActionErrors.DescribeAsync(request, outcome, blobs, cancel);
        if (report.Tests.IsEmpty)
            throw new InvalidOperationException($"`{request.Name}` ended with exit code 0, and its log reports no test");

        return report.Tests;
    }

    /// <summary>Projects differ in how they test: some have no tests, and some fail before the first one. That is a finding about the project, not the end of the command.</summary>
    private async Task<IEnumerable<TestResult>> ReadOfExtensionAsync(ActionRequest request, ActionEnd end, CancellationToken cancel)
    {
        var report = await ReportAsync(request, end, cancel);
        if (end is not ActionEnd.Failure { Outcome: var outcome } || report.Failures.Any())
            return report.Tests;

        var why = await ActionErrors.DescribeAsync(request, outcome, blobs, cancel);
        return report.Tests.Append(new TestResult("installcheck", TestOutcome.Failed, Milliseconds: null) { Reason = ActionErrors.FirstError(why) });
    }

    private async Task<TestReport> ReportAsync(ActionRequest request, ActionEnd end, CancellationToken cancel) => await ReadLogAsync(end switch
    {
        ActionEnd.Known known => known.Action.Result,
        ActionEnd.Failure { Outcome: ActionOutcome.Failed failed } => failed.Result,
        ActionEnd.Failure failure => throw await ActionErrors.DescribeAsync(request, failure.Outcome, blobs, cancel),
        _ => throw new InvalidOperationException($"no such end of an action: {end.GetType().Name}"),
    }, cancel);

    private async ValueTask<TestReport> ReadLogAsync(Wire.ActionResult result, CancellationToken cancel) =>
        TestReport.Read(Encoding.UTF8.GetString(await blobs.ReadAllAsync(result.StdoutDigest.ToDigest(), cancel)).Split('\n'));
}
