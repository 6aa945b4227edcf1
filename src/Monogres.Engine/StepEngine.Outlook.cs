using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;

namespace Monogres.Engine;

/// <content>What would run, and why; nothing is downloaded or run to answer.</content>
public sealed partial class StepEngine
{
    /// <summary>Which steps would have to run to get these, in an order in which they could. What is known is not among them, nor what only known steps need.</summary>
    /// <param name="steps">What is wanted.</param>
    /// <param name="cancel">Stops.</param>
    public Task<ImmutableArray<PendingStep>> LookAsync(IEnumerable<Step> steps, CancellationToken cancel) => PendingAsync(steps, asksForResults: true, cancel);

    private async Task<ImmutableArray<PendingStep>> PendingAsync(IEnumerable<Step> steps, bool asksForResults, CancellationToken cancel)
    {
        Dictionary<Digest, StepResult?> seen = [];
        var pending = ImmutableArray.CreateBuilder<PendingStep>();
        foreach (var step in steps)
            await LookAsync(step);
        return pending.ToImmutable();

        async Task<StepResult?> LookAsync(Step step)
        {
            if (seen.TryGetValue(step.Key, out var known))
                return known;
            if (await FindAsync(step, cancel) is { } found)
                return seen[step.Key] = found;

            var inputs = ImmutableArray.CreateBuilder<StepResult>();
            foreach (var input in step.Inputs)
            {
                if (await LookAsync(input) is { } ready)
                    inputs.Add(ready);
            }

            var isReady = inputs.Count == step.Inputs.Length;
            if (isReady && await FindNowAsync(step, inputs.ToImmutable(), asksForResults, cancel) is { } result)
                return seen[step.Key] = result;

            pending.Add(new PendingStep(step, isReady ? PendingReason.NotCached : PendingReason.InputsPending));
            return seen[step.Key] = null;
        }
    }

    /// <summary>
    /// Tells the observer how much there is to do, and how long it takes when such steps were timed before; and learns what is urgent.
    /// Whether an action's result is known, here or elsewhere, is asked when it is its turn.
    /// </summary>
    /// <param name="steps">What will be asked for.</param>
    /// <param name="cancel">Stops.</param>
    public async Task AnnounceAsync(IEnumerable<Step> steps, CancellationToken cancel)
    {
        Step[] all = [.. steps];
        _places.Behind.Add(all);
        var work = (await PendingAsync(all, asksForResults: false, cancel)).Where(pending => pending.IsWork).ToArray();
        services.Announced.Add(work.Select(pending => (pending.Step, services.Times.Find(pending.Step.Name)?.Seconds)));
    }

    /// <summary>As <see cref="FindAsync"/>; a step that only moves trees around is done for it when its inputs are known.</summary>
    private async ValueTask<StepResult?> FindOrMoveAsync(Step step, CancellationToken cancel)
    {
        if (await FindAsync(step, cancel) is { } known)
            return known;
        if (step is not (WriteStep or PickStep or MergeStep))
            return null;

        var inputs = ImmutableArray.CreateBuilder<StepResult>();
        foreach (var input in step.Inputs)
        {
            if (await FindOrMoveAsync(input, cancel) is not { } ready)
                return null;
            inputs.Add(ready);
        }

        return await FindNowAsync(step, inputs.ToImmutable(), asksForResults: true, cancel);
    }

    // What only moves trees around costs less than to say that it would; and an action whose inputs are there may be in a cache.
    private async Task<StepResult?> FindNowAsync(Step step, ImmutableArray<StepResult> inputs, bool asksForResults, CancellationToken cancel)
    {
        try
        {
            switch (step)
            {
                case WriteStep or PickStep or MergeStep:
                    var result = await RunAsync(step, inputs, cancel);
                    await SaveAsync(result, cancel);
                    return result;
                case RunStep run when asksForResults:
                    var request = await Actions.RequestAsync(run, Trees(inputs), cancel);
                    return await Actions.FindAsync(request.Action.Digest, cancel) is { } known ? new StepResult(step, known.Output) { Action = known.Action, Cached = true } : null;
                default:
                    return null;
            }
        }
        catch (BlobMissingException)
        {
            // It will be restored when it is asked for.
            return null;
        }
    }
}

/// <summary>A step that would have to run.</summary>
/// <param name="Step">The step.</param>
/// <param name="Reason">Why.</param>
public sealed record PendingStep(Step Step, PendingReason Reason)
{
    /// <summary>Whether it takes time: a download, an archive, a command. The others move trees around.</summary>
    public bool IsWork => Step is UnpackStep or ListedStep or ComposeStep or RunStep;
}

/// <summary>Why a step would run.</summary>
public enum PendingReason
{
    /// <summary>Everything that it needs is there; what it gives is not.</summary>
    NotCached,

    /// <summary>Something that it needs would have to run first; then its action may turn out to be cached.</summary>
    InputsPending,
}
