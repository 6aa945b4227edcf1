using Monogres.Actions;
using Monogres.Engine.Scheduling;
using Monogres.Engine.Steps;

namespace Monogres.Engine.Execution;

/// <summary>
/// Where commands run: on the cores of this machine, or in the slots of an engine elsewhere, or in both. With both, a command goes to
/// the engine while that has a free slot, and else to whichever is free first. Who has most work waiting behind it goes first.
/// </summary>
internal sealed class ActionPlaces(EngineServices services)
{
    private readonly CoreSlots _slots = new(services.RemoteJobs ?? services.Cores);
    private readonly CoreSlots? _here = services.RunnerBeside is null ? null : new CoreSlots(services.Cores);

    /// <summary>How urgent each command is.</summary>
    public WorkBehind Behind { get; } = new(services.Times);

    /// <summary>Waits for a place; it is given back when it is disposed.</summary>
    public async Task<ActionPlace> TakeAsync(RunStep step, CancellationToken cancel)
    {
        var urgency = Behind.Of(step);
        Task<IDisposable> AcquireAsync(CoreSlots slots, bool areCores, CancellationToken stop) => slots.AcquireAsync(step.UsesAllCores && areCores ? slots.Count : 1, urgency, stop);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var first = AcquireAsync(_slots, services.RemoteJobs is null, enough.Token);
        if (_here is null || first.IsCompleted)
            return new ActionPlace(services.Runner, await first);

        var beside = AcquireAsync(_here, areCores: true, enough.Token);
        var taken = await Task.WhenAny(first, beside);
        await enough.CancelAsync();
        await ReleaseAsync(ReferenceEquals(taken, first) ? beside : first);
        return new ActionPlace(ReferenceEquals(taken, first) ? services.Runner : services.RunnerBeside!, await taken);
    }

    // Both may have been granted in the same moment.
    private static async Task ReleaseAsync(Task<IDisposable> other)
    {
        try
        {
            (await other).Dispose();
        }
        catch (OperationCanceledException)
        {
            // It never was.
        }
    }
}

/// <summary>A place for one command.</summary>
/// <param name="runner">Runs it there.</param>
/// <param name="lease">What is taken.</param>
internal sealed class ActionPlace(IActionRunner runner, IDisposable lease) : IDisposable
{
    /// <summary>Runs the command there.</summary>
    public IActionRunner Runner => runner;

    /// <inheritdoc/>
    public void Dispose() => lease.Dispose();
}
