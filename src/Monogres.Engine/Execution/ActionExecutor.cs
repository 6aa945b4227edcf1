using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Locks;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Engine.Execution;

/// <summary>
/// Gets the result of a <see cref="RunStep"/>'s action: from the action cache, else by running it, once however many
/// processes ask at the same time.
/// </summary>
internal sealed class ActionExecutor(EngineServices services, ActionPlaces places)
{
    /// <summary>The action over these layers, with its input root stored.</summary>
    /// <exception cref="UserErrorException">Two layers hold different things at one path.</exception>
    /// <exception cref="BlobMissingException">A directory of a layer is lost.</exception>
    public async Task<ActionRequest> RequestAsync(RunStep step, ImmutableArray<Digest> layers, CancellationToken cancel) => new()
    {
        Name = step.Name.ToString(),
        Layers = layers,
        Action = new CanonicalAction
        {
            InputRoot = await MergeAsync(step, layers, cancel),
            Arguments = step.Command.Arguments,
            Environment = step.Command.Environment,
            WorkingDirectory = step.Command.WorkingDirectory,
            Timeout = step.Command.Timeout,
        },
    };

    /// <summary>Runs the action, or finds its result.</summary>
    /// <param name="step">The step.</param>
    /// <param name="request">Its action.</param>
    /// <param name="useCache">False runs it even when a result is known; the new result replaces the old one.</param>
    /// <param name="cancel">Stops the command.</param>
    /// <exception cref="BlobMissingException">An input of the action is lost.</exception>
    public async Task<ActionEnd> ExecuteAsync(RunStep step, ActionRequest request, bool useCache, CancellationToken cancel)
    {
        var key = await request.Action.StoreAsync(services.Blobs, cancel);
        if (useCache && await FindAsync(key, cancel) is { } known)
            return Cached(known);

        // A waiting command holds no core.
        var waiting = new WaitingReport(holder => services.Observer.On(new EngineEvent.Waiting(request.Name, holder.ToString())));
        using var held = await services.Locks.LockAsync(key, request.Name, waiting, cancel);

        // While we waited, another process may have done it.
        if (useCache && await FindAsync(key, cancel) is { } meanwhile)
            return Cached(meanwhile);

        using var place = await places.TakeAsync(step, cancel);
        var earlier = services.Times.Find(step.Name);
        using var observed = new ObservedStep(request.Name, earlier?.Seconds, services.Observer, services.Time);
        var outcome = await place.Runner.RunAsync(request with { IsRerun = !useCache }, new LogReport(observed, earlier?.LogBytes ?? 0), cancel);
        if (outcome is not ActionOutcome.Succeeded { Result: var result })
            return new ActionEnd.Failure(outcome);

        var executed = Output(key, result, cached: false)
            ?? throw new InvalidOperationException($"the runner returned exit code 0 and no output directory for action {key}");
        await services.Actions.PutAsync(key, result, cancel);
        services.Times.Add(step.Name, new StepTime(observed.OwnSeconds, (result.StdoutDigest?.SizeBytes ?? 0) + (result.StderrDigest?.SizeBytes ?? 0)));
        observed.Finish();
        return new ActionEnd.Known(executed);

        ActionEnd.Known Cached(ExecutedAction action)
        {
            services.Observer.On(new EngineEvent.StepCached(request.Name));
            return new ActionEnd.Known(action);
        }
    }

    /// <summary>The result of an action, when it is in the cache and complete; else null.</summary>
    public async ValueTask<ExecutedAction?> FindAsync(Digest action, CancellationToken cancel) =>
        await services.Actions.GetAsync(action, cancel) is { ExitCode: 0 } result ? Output(action, result, cached: true) : null;

    private static ExecutedAction? Output(Digest key, Wire.ActionResult result, bool cached) =>
        result.OutputDirectories.FirstOrDefault(directory => string.Equals(directory.Path, CanonicalAction.OutputDirectory, StringComparison.Ordinal)) is { } output
            ? new ExecutedAction(key, output.RootDirectoryDigest.ToDigest(), result, cached)
            : null;

    // Sources come from outside, payloads from us: only the last layer, the script, may stand over anything.
    private async Task<Digest> MergeAsync(RunStep step, ImmutableArray<Digest> layers, CancellationToken cancel)
    {
        try
        {
            return await TreeUnion.MergeAsync(services.Blobs, [.. layers.Select((layer, i) => new UnionLayer(layer, Overrides: i == layers.Length - 1))], cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw StepErrors.Conflict(step, conflict);
        }
    }

    // A command that ran before writes about as much again: what it has written says how far it is. It is not done before it ends.
    private sealed class LogReport(ObservedStep step, long expectedBytes) : IProgress<LogProgress>
    {
        private const double Most = 0.99;

        public void Report(LogProgress value)
        {
            if (value.Stage is { } stage)
                step.Move(stage, value.Waited);
            else
                step.Advance(value.LastLine, expectedBytes > 0 ? Math.Min(Most, (double)value.Bytes / expectedBytes) : null);
        }
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
    private ActionEnd()
    {
    }

    /// <summary>The result is known.</summary>
    public sealed record Known(ExecutedAction Action) : ActionEnd;

    /// <summary>It was run now, and failed. Never cached.</summary>
    public sealed record Failure(ActionOutcome Outcome) : ActionEnd;
}
