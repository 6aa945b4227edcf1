using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>Does something with many targets, several at once. How many commands run at once is the engine's affair.</summary>
internal static class TargetLoop
{
    /// <summary>Runs the work for each target; what one throws ends the whole.</summary>
    public static Task RunAsync(Workspace workspace, IEnumerable<Target> targets, Func<Target, CancellationToken, Task> work, CancellationToken cancel) => Parallel.ForEachAsync(
        targets, new ParallelOptions { MaxDegreeOfParallelism = workspace.TargetsAtOnce, CancellationToken = cancel }, async (target, stop) => await work(target, stop));
}
