using System.Text;
using Monogres.Actions;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Build.Execution;

/// <summary>Runs a target's own tests and its proofs, and reads what they said.</summary>
public sealed class RegressionTests(TargetBuilder builder, IBlobStore blobs)
{
    /// <summary>Runs the tests and then the proofs, or finds that they passed before.</summary>
    /// <exception cref="UserErrorException">They could not be run: nothing in the log is a test.</exception>
    public async Task<RegressionReport> RunAsync(BuiltTarget built, bool useCache, CancellationToken cancel)
    {
        var plan = built.Prepared.Plan;
        List<RegressionTest> ran = [];
        if (plan.TestScript is { } tests)
            ran.AddRange((await ReadAsync(await builder.TestAsync(built, tests, useCache, cancel), cancel)).Tests);
        if (plan.ProofScript is { } proofs)
            ran.AddRange((await ReadAsync(await builder.ProveAsync(built, proofs, useCache, cancel), cancel)).Tests);
        return new RegressionReport([.. ran]);
    }

    private async Task<RegressionReport> ReadAsync((ActionRequest Request, ActionEnd End) ran, CancellationToken cancel)
    {
        var (request, end) = ran;
        var report = await ReadAsync(end switch
        {
            ActionEnd.Known known => known.Action.Result,
            ActionEnd.Failure { Outcome: ActionOutcome.Failed failed } => failed.Result,
            ActionEnd.Failure failure => throw await ActionErrors.DescribeAsync(request, failure.Outcome, blobs, cancel),
            _ => throw new InvalidOperationException($"no such end of an action: {end.GetType().Name}"),
        }, cancel);

        // A failure without a failing test is not the tests' failure: a server that did not start, a compiler error.
        if (end is ActionEnd.Failure { Outcome: var outcome } && !report.Failures.Any())
            throw await ActionErrors.DescribeAsync(request, outcome, blobs, cancel);
        if (report.Tests.IsEmpty)
            throw new InvalidOperationException($"`{request.Name}` ended with exit code 0, and its log reports no test");

        return report;
    }

    private async ValueTask<RegressionReport> ReadAsync(Wire.ActionResult result, CancellationToken cancel) =>
        RegressionReport.Read(Encoding.UTF8.GetString(await blobs.ReadAllAsync(result.StdoutDigest.ToDigest(), cancel)).Split('\n'));
}
