using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Locks;
using Wire = Monogres.Protocol;

namespace Monogres.Build.Execution;

/// <summary>
/// Gets the result of an action: from the cache when it is there and whole, else by running it, once however many
/// processes ask at the same time.
/// </summary>
public sealed class ActionExecutor(IBlobStore blobs, IActionCache actions, StoreLocks locks, IActionRunner runner, IBuildObserver observer, TimeProvider time)
{
    private readonly CompleteActionCache _results = new(
        actions, blobs, (action, lost) => observer.On(new BuildEvent.Repairing($"action {action.Hash.ToString()[..12]}", lost.Message)));

    /// <summary>Runs the action, or finds its result.</summary>
    /// <param name="request">The action.</param>
    /// <param name="useCache">False runs it even when a result is known; the new result replaces the old one.</param>
    /// <param name="cancel">Stops the command.</param>
    /// <exception cref="UserErrorException">The action failed, or the engine did; the error shows the end of the log.</exception>
    /// <exception cref="BlobMissingException">An input of the action is lost: make it again and retry.</exception>
    public async Task<ExecutedAction> ExecuteAsync(ActionRequest request, bool useCache, CancellationToken cancel) =>
        await TryExecuteAsync(request, useCache, cancel) switch
        {
            ActionEnd.Known known => known.Action,
            ActionEnd.Failure failure => throw await ActionErrors.DescribeAsync(request, failure.Outcome, blobs, cancel),
            var end => throw new InvalidOperationException($"no such end of an action: {end.GetType().Name}"),
        };

    /// <summary>As <see cref="ExecuteAsync"/>, for a caller to whom a failure of the action is a result.</summary>
    /// <exception cref="BlobMissingException">An input of the action is lost: make it again and retry.</exception>
    public async Task<ActionEnd> TryExecuteAsync(ActionRequest request, bool useCache, CancellationToken cancel)
    {
        var key = await request.Action.StoreAsync(blobs, cancel);
        if (useCache && await FindAsync(key, cancel) is { } known)
        {
            observer.On(new BuildEvent.StepCached(request.Name));
            return new ActionEnd.Known(known);
        }

        var waiting = new WaitingReport(holder => observer.On(new BuildEvent.Waiting(request.Name, holder.ToString())));
        using var held = await locks.AcquireAsync(key, request.Name, waiting, cancel);

        // While we waited, another process may have done it.
        if (useCache && await FindAsync(key, cancel) is { } meanwhile)
        {
            observer.On(new BuildEvent.StepCached(request.Name));
            return new ActionEnd.Known(meanwhile);
        }

        using var step = new ObservedStep(request.Name, observer, time);
        var outcome = await runner.RunAsync(request, new LineReport(step.Advance), cancel);
        if (outcome is not ActionOutcome.Succeeded { Result: var result })
            return new ActionEnd.Failure(outcome);

        var executed = Output(key, result, cached: false)
            ?? throw new InvalidOperationException($"the runner returned exit code 0 and no output directory for action {key}");
        await _results.PutAsync(key, result, cancel);
        step.Finish();
        return new ActionEnd.Known(executed);
    }

    /// <summary>The result of an action, when it is in the store and whole; else null. Runs nothing.</summary>
    public ValueTask<ExecutedAction?> FindAsync(ActionRequest request, CancellationToken cancel) => FindAsync(request.Action.Digest, cancel);

    /// <summary>Forgets a result, because something of it is lost.</summary>
    public ValueTask ForgetAsync(Digest action, CancellationToken cancel) => _results.RemoveAsync(action, cancel);

    private async ValueTask<ExecutedAction?> FindAsync(Digest key, CancellationToken cancel) =>
        await _results.GetAsync(key, cancel) is { ExitCode: 0 } result ? Output(key, result, cached: true) : null;

    private static ExecutedAction? Output(Digest key, Wire.ActionResult result, bool cached) =>
        result.OutputDirectories.FirstOrDefault(directory => string.Equals(directory.Path, CanonicalAction.OutputDirectory, StringComparison.Ordinal)) is { } output
            ? new ExecutedAction(key, output.RootDirectoryDigest.ToDigest(), result, cached)
            : null;

    private sealed class LineReport(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }

    private sealed class WaitingReport(Action<LockHolder> report) : IProgress<LockHolder>
    {
        public void Report(LockHolder value) => report(value);
    }
}

/// <summary>An action whose result is known.</summary>
/// <param name="Action">The key.</param>
/// <param name="Output">The root of the output directory.</param>
/// <param name="Result">The whole result, with its logs.</param>
/// <param name="Cached">Whether it was known before.</param>
public sealed record ExecutedAction(Digest Action, Digest Output, Wire.ActionResult Result, bool Cached);

/// <summary>How asking for an action's result ended.</summary>
public abstract record ActionEnd
{
    /// <summary>The result is known.</summary>
    public sealed record Known(ExecutedAction Action) : ActionEnd;

    /// <summary>It was run now, and did not end well. Never cached.</summary>
    public sealed record Failure(ActionOutcome Outcome) : ActionEnd;
}
