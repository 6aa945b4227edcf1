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
/// <param name="builds">How often each is to be built in all, whatever the store knows, to be compared; 1 for building what is not built.</param>
/// <param name="parallelism">How many extensions are done at once.</param>
/// <param name="time">For the dates and durations in the table.</param>
public sealed class MatrixRunner(IBlobStore blobs, TargetBuilder builder, TargetTests? tests, Action<TargetPlan, UserErrorException> failed, int builds, int parallelism, TimeProvider time)
{
    /// <summary>Builds every combination that the table does not yet tell of as it is now.</summary>
    /// <param name="plans">The combinations.</param>
    /// <param name="table">What is known.</param>
    /// <param name="keep">Keeps the table, after each combination.</param>
    /// <param name="cancel">Stops; what was kept stays.</param>
    /// <returns>The table at the end, and how many combinations were run for it.</returns>
    public async Task<(MatrixTable Table, int Ran)> RunAsync(IEnumerable<TargetPlan> plans, MatrixTable table, Func<MatrixTable, Task> keep, CancellationToken cancel)
    {
        var todo = new Dictionary<TargetPlan, (Digest Key, MatrixRow? Earlier)>(ReferenceEqualityComparer.Instance);
        var known = table.ByCombination();
        foreach (var plan in plans)
        {
            var key = await builder.KeyAsync(plan, cancel);
            var earlier = known.GetValueOrDefault((plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name));
            if (earlier?.Key != key)
                earlier = null;
            if (earlier is null || !Holds(earlier, plan))
                todo.Add(plan, (key, earlier));
        }

        using var one = new SemaphoreSlim(1);
        await TargetSchedule.RunAsync(todo.Keys, parallelism, async (plan, stop) =>
        {
            var row = await RunAsync(plan, todo[plan].Key, todo[plan].Earlier, stop);
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
        return (table, todo.Count);
    }

    // What failed, and what could not be had, is tried again each time: the reason may have gone.
    private bool Holds(MatrixRow row, TargetPlan plan) =>
        row.Status is MatrixStatus.Built && row.Builds >= WantedBuilds(plan) && (tests is null || row.Tests is not null);

    // A module is split off its server, whose build is the one to be repeated.
    private int WantedBuilds(TargetPlan plan) => plan is ExtensionPlan { SplitFrom: not null } ? 1 : builds;

    private async Task<MatrixRow> RunAsync(TargetPlan plan, Digest key, MatrixRow? earlier, CancellationToken cancel)
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
            (row, var built) = await BuildAsync(plan, row, earlier, cancel);
            if (tests is null || row is { Status: MatrixStatus.Differs } or { Status: MatrixStatus.Built, Tests: not null })
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

    /// <summary>Builds as often as is wanted, and stops at the first payload that is not the one that is known.</summary>
    private async Task<(MatrixRow Row, BuiltTarget Built)> BuildAsync(TargetPlan plan, MatrixRow row, MatrixRow? earlier, CancellationToken cancel)
    {
        // What is known of the same payload stays known; and so does a payload that a later build did not give again.
        if (earlier is { Payload: not null })
            row = earlier.Status is MatrixStatus.Built or MatrixStatus.TestsFailed ? earlier with { Date = row.Date } : earlier with { Date = row.Date, Status = MatrixStatus.Built, Reason = null };
        for (var useCache = true; ; useCache = false)
        {
            var started = time.GetTimestamp();
            var built = await builder.BuildAsync(plan, useCache, cancel);
            if (row.Payload is { } known && known != built.Payload.Tree)
                return (row with { Status = MatrixStatus.Differs, Reason = $"built again it gave {built.Payload.Tree.Hash.ToString()[..16]}" }, built);

            row = row with
            {
                Payload = built.Payload.Tree,
                Size = row.Size ?? await SizeAsync(built.Payload.Tree, cancel),
                Seconds = built.Executed.Cached ? row.Seconds : Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
                Builds = Math.Max(1, (row.Builds ?? 0) + (built.Executed.Cached ? 0 : 1)),
            };
            if (row.Builds >= WantedBuilds(plan))
                return (row, built);
        }
    }

    /// <summary>What is to be known of the tests in one line; null when all passed.</summary>
    private static string? Reason(TestReport report)
    {
        string[] parts =
        [
            .. report.Failures.Any() ? (string[])[$"failed: {string.Join(", ", report.Failures.Select(test => test.Reason is { } why ? $"{test.Name} ({why})" : test.Name))}"] : [],
            .. report.Drifted.GroupBy(test => test.Reason, StringComparer.Ordinal).Select(same => same.Count() is 1
                ? $"{same.First().Name} differs: {same.Key}"
                : $"{same.First().Name} and {same.Count() - 1} more differ: {same.Key}"),
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
