using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>Does something with many targets, several at once. How many commands run at once is the engine's affair.</summary>
internal static class TargetLoop
{
    // Enough that extensions whose server is built already are not held up by those that wait for theirs.
    private static readonly int Parallelism = Math.Max(16, 4 * Environment.ProcessorCount);

    /// <summary>Runs the work for each target; what one throws ends the whole.</summary>
    public static Task RunAsync(IEnumerable<Target> targets, Func<Target, CancellationToken, Task> work, CancellationToken cancel) => Parallel.ForEachAsync(
        targets, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancel }, async (target, stop) => await work(target, stop));
}
