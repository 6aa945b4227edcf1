using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Plans.Targets;
using Monogres.Results.Building;
using Monogres.Results.Testing;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Index;
using Monogres.Index.Platforms;

namespace Monogres.Matrix;

/// <summary>
/// Builds many combinations, whatever becomes of each. What was found is handed over after every single one, so that a run
/// that is stopped resumes; what has not changed since is not done again.
/// </summary>
/// <param name="blobs">Has the payloads, for their sizes.</param>
/// <param name="targets">Builds.</param>
/// <param name="options">What is done.</param>
/// <param name="time">For the dates and durations in the table.</param>
public sealed class MatrixRunner(IBlobStore blobs, TargetBuilds targets, MatrixOptions options, TimeProvider time)
{
    /// <summary>Builds every combination that the table does not yet tell of as it is now.</summary>
    /// <param name="plans">The combinations.</param>
    /// <param name="table">What is known; gets what is found.</param>
    /// <param name="keep">Keeps a row; one call at a time.</param>
    /// <param name="cancel">Stops; what was kept stays.</param>
    /// <returns>How many combinations were run.</returns>
    public async Task<int> RunAsync(IEnumerable<Target> plans, MatrixTable table, Action<MatrixRow> keep, CancellationToken cancel)
    {
        Lock one = new();
        var todo = plans.Where(target => !(EarlierOf(table, target) is { } earlier && Holds(earlier, target))).ToArray();
        if (options.HasManyMachines)
            todo = [.. OneOfEachServerFirst(todo)];
        await targets.AnnounceAsync(todo, cancel);
        await Parallel.ForEachAsync(todo, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancel }, async (target, stop) =>
        {
            MatrixRow? earlier;
            lock (one)
                earlier = EarlierOf(table, target);
            var row = await RunAsync(target, earlier, stop);
            lock (one)
            {
                table.Add(row);
                keep(row);
            }
        });
        return todo.Length;
    }

    // Every server is begun at once, instead of one after the other as its extensions come.
    private static IEnumerable<Target> OneOfEachServerFirst(IEnumerable<Target> targets)
    {
        Dictionary<Digest, int> seen = [];
        return targets.Select(target =>
        {
            var server = target.Server.Build.Key;
            return (Target: target, Rank: target.Build.Key == server ? 0 : seen[server] = seen.GetValueOrDefault(server) + 1);
        }).ToArray().OrderBy(one => one.Rank).Select(one => one.Target);
    }

    private static MatrixRow? EarlierOf(MatrixTable table, Target target) => table.Find(target.Id) is { } row && row.Key == target.Key ? row : null;

    // What failed, and what was unavailable, is tried again each time: the reason may have gone.
    private bool Holds(MatrixRow row, Target target) =>
        row.Status is MatrixStatus.Built && row.Builds >= WantedBuilds(target) && (options.Tester is null || row.Tests is not null);

    // What is split off something else is not built by itself, so nothing is repeated for it.
    private int WantedBuilds(Target target) => target.HasOwnBuild ? options.Builds : 1;

    private async Task<MatrixRow> RunAsync(Target target, MatrixRow? earlier, CancellationToken cancel)
    {
        var row = new MatrixRow
        {
            Target = target.Id.Name.ToString(),
            Platform = target.Id.Platform.ToString(),
            Toolchain = target.Id.Toolchain,
            Status = MatrixStatus.Built,
            Key = target.Key,
            Date = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        };
        try
        {
            (row, var built) = await BuildAsync(target, row, earlier, cancel);
            if (row is { Status: MatrixStatus.Differs } or { Status: MatrixStatus.Built, Tests: not null })
                return row;

            if (options.Tester is null)
                return row.Tests is null ? Checked(row, built) : row;

            var report = await options.Tester.TestAsync(built, useCache: true, cancel);
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
            options.Failed(target, error);
            var status = error.Unavailable ? MatrixStatus.NotRun : row.Payload is null ? MatrixStatus.Failed : MatrixStatus.TestsFailed;
            return row with { Status = status, Reason = error.Unavailable ? error.Message : ActionErrors.FirstError(error) };
        }
    }

    /// <summary>The row of a target that is not tested: what the checks found in it.</summary>
    private static MatrixRow Checked(MatrixRow row, BuiltTarget built)
    {
        var checks = TargetTester.Check(built);
        return row with { Status = checks.Failures.Any() ? MatrixStatus.TestsFailed : MatrixStatus.Built, Reason = Reason(checks) };
    }

    /// <summary>Builds as often as is wanted, and stops at the first payload that is not the one that is known.</summary>
    private async Task<(MatrixRow Row, BuiltTarget Built)> BuildAsync(Target target, MatrixRow row, MatrixRow? earlier, CancellationToken cancel)
    {
        // What is known of the same payload stays known; and so does a payload that a later build did not give again.
        if (earlier is { Payload: not null })
            row = earlier.Status is MatrixStatus.Built or MatrixStatus.TestsFailed ? earlier with { Date = row.Date } : earlier with { Date = row.Date, Status = MatrixStatus.Built, Reason = null };
        for (var useCache = true; ; useCache = false)
        {
            var started = time.GetTimestamp();
            var built = await targets.BuildAsync(target, useCache, cancel);
            if (row.Payload is { } known && known != built.Payload)
                return (row with { Status = MatrixStatus.Differs, Reason = $"a second build gave {built.Payload.Hash.ToString()[..16]}" }, built);

            row = row with
            {
                Payload = built.Payload,
                Size = row.Size ?? await SizeAsync(built.Payload, cancel),
                Seconds = built.Cached ? row.Seconds : Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
                Builds = Math.Max(1, (row.Builds ?? 0) + (built.Cached ? 0 : 1)),
            };
            if (row.Builds >= WantedBuilds(target))
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

/// <summary>What a run over many combinations does with each.</summary>
public sealed record MatrixOptions
{
    /// <summary>Tests what was built; null for a run without tests.</summary>
    public TargetTester? Tester { get; init; }

    /// <summary>How often each is to be built in all, whatever the store knows, to be compared; 1 for building what is not built.</summary>
    public int Builds { get; init; } = 1;

    /// <summary>How many are done at once; how many commands run at once is the engine's affair.</summary>
    public required int Parallelism { get; init; }

    /// <summary>Whether commands run on many machines, so that it pays to begin all servers at once.</summary>
    public bool HasManyMachines { get; init; }

    /// <summary>Told of each combination that could not be built or tested.</summary>
    public required Action<Target, UserErrorException> Failed { get; init; }
}
