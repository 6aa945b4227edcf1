using Monogres.Build.Execution;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Matrix;

/// <summary>
/// Builds many combinations one after the other, whatever becomes of each. What was found is handed over after every
/// single one, so that a run that is stopped goes on where it was; what has not changed since is not done again.
/// </summary>
/// <param name="blobs">Has the payloads, for their sizes.</param>
/// <param name="builder">Builds.</param>
/// <param name="tests">Tests what was built; null for a run without tests.</param>
/// <param name="failed">Told of each combination that could not be built or tested.</param>
/// <param name="time">For the dates and durations in the table.</param>
public sealed class MatrixRunner(IBlobStore blobs, TargetBuilder builder, RegressionTests? tests, Action<TargetPlan, UserErrorException> failed, TimeProvider time)
{
    /// <summary>Builds every combination that the table does not yet tell of as it is now.</summary>
    /// <param name="plans">The combinations.</param>
    /// <param name="table">What is known.</param>
    /// <param name="keep">Keeps the table, after each combination.</param>
    /// <param name="cancel">Stops; what was kept stays.</param>
    /// <returns>The table at the end, and how many combinations were run for it.</returns>
    public async Task<(MatrixTable Table, int Ran)> RunAsync(IEnumerable<TargetPlan> plans, MatrixTable table, Func<MatrixTable, Task> keep, CancellationToken cancel)
    {
        var ran = 0;
        foreach (var plan in plans)
        {
            var key = await builder.KeyAsync(plan, cancel);
            if (table.Find(plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name) is { } row && Holds(row, key))
                continue;

            table = table.With(await RunAsync(plan, key, cancel));
            await keep(table);
            ran++;
        }

        return (table, ran);
    }

    // What failed, and what could not be had, is tried again each time: the reason may have gone.
    private bool Holds(MatrixRow row, Digest key) =>
        row.Key == key && row.Status is MatrixStatus.Built && (tests is null || row.Tests is not null);

    private async Task<MatrixRow> RunAsync(TargetPlan plan, Digest key, CancellationToken cancel)
    {
        var row = new MatrixRow
        {
            Target = plan.Target.ToString(),
            Platform = plan.Platform.Name.ToString(),
            Toolchain = plan.Toolchain.Name,
            Status = MatrixStatus.Built,
            Key = key,
            Date = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        };
        try
        {
            var started = time.GetTimestamp();
            var built = await builder.BuildAsync(plan, useCache: true, cancel);
            row = row with
            {
                Payload = built.Payload.Tree,
                Size = await SizeAsync(built.Payload.Tree, cancel),
                Seconds = built.Executed.Cached ? null : Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
            };
            if (tests is null)
                return row;

            var report = await tests.RunAsync(built, useCache: true, cancel);
            var failures = report.Failures.Select(test => test.Name).ToArray();
            return row with
            {
                Passed = report.Passed,
                Tests = report.Tests.Length,
                Status = failures.Length > 0 ? MatrixStatus.TestsFailed : MatrixStatus.Built,
                Reason = failures.Length > 0 ? $"failed: {string.Join(", ", failures)}" : null,
            };
        }
        catch (UserErrorException error)
        {
            failed(plan, error);
            var status = error.Unavailable ? MatrixStatus.NotRun : row.Payload is null ? MatrixStatus.Failed : MatrixStatus.TestsFailed;
            return row with { Status = status, Reason = error.Message };
        }
    }

    private async Task<long> SizeAsync(Digest tree, CancellationToken cancel)
    {
        var size = 0L;
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            if (entry is TreeEntry.File file)
                size += file.Content.Size;
        }

        return size;
    }
}
