using Monogres.Build.Execution;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Matrix;

/// <summary>
/// Builds many combinations, whatever becomes of each. What was found is handed over after every
/// single one, so that a run that is stopped goes on where it was; what has not changed since is not done again.
/// </summary>
/// <param name="blobs">Has the payloads, for their sizes.</param>
/// <param name="builder">Builds.</param>
/// <param name="tests">Tests what was built; null for a run without tests.</param>
/// <param name="failed">Told of each combination that could not be built or tested.</param>
/// <param name="parallelism">How many extensions are done at once.</param>
/// <param name="time">For the dates and durations in the table.</param>
public sealed class MatrixRunner(IBlobStore blobs, TargetBuilder builder, TargetTests? tests, Action<TargetPlan, UserErrorException> failed, int parallelism, TimeProvider time)
{
    /// <summary>Builds every combination that the table does not yet tell of as it is now.</summary>
    /// <param name="plans">The combinations.</param>
    /// <param name="table">What is known.</param>
    /// <param name="keep">Keeps the table, after each combination.</param>
    /// <param name="cancel">Stops; what was kept stays.</param>
    /// <returns>The table at the end, and how many combinations were run for it.</returns>
    public async Task<(MatrixTable Table, int Ran)> RunAsync(IEnumerable<TargetPlan> plans, MatrixTable table, Func<MatrixTable, Task> keep, CancellationToken cancel)
    {
        var keys = new Dictionary<TargetPlan, Digest>(ReferenceEqualityComparer.Instance);
        var known = table.ByCombination();
        foreach (var plan in plans)
        {
            var key = await builder.KeyAsync(plan, cancel);
            if (!known.TryGetValue((plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name), out var row) || !Holds(row, key))
                keys.Add(plan, key);
        }

        using var one = new SemaphoreSlim(1);
        await TargetSchedule.RunAsync(keys.Keys, parallelism, async (plan, stop) =>
        {
            var row = await RunAsync(plan, keys[plan], stop);
            await one.WaitAsync(CancellationToken.None);
            try
            {
                table = table.With(row);
                await keep(table);
            }
            finally
            {
                one.Release();
            }
        }, cancel);
        return (table, keys.Count);
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
            return row with
            {
                Passed = report.Passed,
                Tests = report.Tests.Length,
                Level = report.Level,
                Status = report.Failures.Any() ? MatrixStatus.TestsFailed : MatrixStatus.Built,
                Reason = Reason(report),
            };
        }
        catch (UserErrorException error)
        {
            failed(plan, error);
            var status = error.Unavailable ? MatrixStatus.NotRun : row.Payload is null ? MatrixStatus.Failed : MatrixStatus.TestsFailed;
            return row with { Status = status, Reason = error.Unavailable ? error.Message : ActionErrors.FirstError(error) };
        }
    }

    /// <summary>What is to be known of the tests in one line; null when all passed.</summary>
    private static string? Reason(TestReport report)
    {
        string[] parts =
        [
            .. report.Failures.Any() ? (string[])[$"failed: {string.Join(", ", report.Failures.Select(test => test.Reason is { } why ? $"{test.Name} ({why})" : test.Name))}"] : [],
            .. report.Drifted.Select(test => $"{test.Name} differs: {test.Reason}"),
        ];
        return parts is [] ? null : string.Join("; ", parts);
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
