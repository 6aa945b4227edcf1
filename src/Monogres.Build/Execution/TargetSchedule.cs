using Monogres.Build.Planning;

namespace Monogres.Build.Execution;

/// <summary>In which order many targets are done, and which at once.</summary>
public static class TargetSchedule
{
    /// <summary>
    /// PostgreSQL first, one after the other, since the build of one uses all cores; then extensions, several at once,
    /// since most steps of a small one use a single core.
    /// </summary>
    /// <param name="plans">The targets.</param>
    /// <param name="parallelism">How many extensions at once.</param>
    /// <param name="run">Does one; what it throws ends the whole.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task RunAsync(IEnumerable<TargetPlan> plans, int parallelism, Func<TargetPlan, CancellationToken, Task> run, CancellationToken cancel)
    {
        var all = plans.ToArray();
        foreach (var server in all.OfType<ServerPlan>())
            await run(server, cancel);

        await Parallel.ForEachAsync(
            all.OfType<ExtensionPlan>(), new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancel }, async (extension, stop) => await run(extension, stop));
    }
}
