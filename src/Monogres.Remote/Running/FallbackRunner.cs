using Monogres.Actions;

namespace Monogres.Remote.Running;

/// <summary>Runs here what an engine could not run. What failed at the engine by itself is not run again: that is a result.</summary>
/// <param name="remote">Tried first.</param>
/// <param name="here">Runs the rest.</param>
/// <param name="report">Told, in a sentence, why something is run here.</param>
public sealed class FallbackRunner(IActionRunner remote, IActionRunner here, Action<string> report) : IActionRunner
{
    /// <inheritdoc/>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
    {
        var outcome = await remote.RunAsync(request, log, cancel);
        if (outcome is not ActionOutcome.EngineFailed failed)
            return outcome;

        log.Report(LogProgress.Of(ActionStage.Here));
        report($"{failed.Reason}: `{request.Name}` runs here");
        return await here.RunAsync(request, log, cancel);
    }
}
