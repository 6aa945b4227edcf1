using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Engine;

/// <content>Blobs that were lost: evicted, deleted, damaged. Whoever meets one has it restored by the step that yields it.</content>
public sealed partial class StepEngine
{
    // A step that has run again and still does not yield the blob will not.
    private readonly ConcurrentDictionary<(Digest Step, Digest Blob), Lazy<Task<StepResult>>> _restored = new();

    private readonly ConcurrentDictionary<(Digest Step, Digest Blob), bool> _retried = new();

    /// <summary>Gets steps and does something with their trees; when a blob of them turns out to be lost, it is restored and the work begins again.</summary>
    /// <param name="steps">Whose trees are used.</param>
    /// <param name="use">The work, which must bear to be begun again.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">As <see cref="GetAsync"/>.</exception>
    /// <exception cref="BlobMissingException">A blob is lost that none of the steps yields.</exception>
    public async Task<T> UseAsync<T>(IReadOnlyCollection<Step> steps, Func<ImmutableArray<StepResult>, Task<T>> use, CancellationToken cancel)
    {
        var results = await GetAllAsync(steps, cancel);
        while (true)
        {
            try
            {
                return await use(results);
            }
            catch (BlobMissingException lost)
            {
                results = await RestoreAsync(results, lost, cancel);
            }
        }
    }

    private async Task<ImmutableArray<StepResult>> RestoreAsync(Step step, ImmutableArray<StepResult> inputs, BlobMissingException lost, CancellationToken cancel)
    {
        if (!inputs.IsEmpty)
            return await RestoreAsync(inputs, lost, cancel);

        // Nothing but itself: an archive or a package was damaged between its download and now.
        if (!_retried.TryAdd((step.Key, lost.Digest), true))
            throw NotRestored(step, lost);

        services.Observer.On(new EngineEvent.Repairing(step.ToString(), lost.Message));
        return inputs;
    }

    /// <summary>Restores the blob in each of the trees that hold it; when none does, or it cannot be told, in all of them.</summary>
    private async Task<ImmutableArray<StepResult>> RestoreAsync(ImmutableArray<StepResult> results, BlobMissingException lost, CancellationToken cancel)
    {
        var holders = new List<StepResult>();
        foreach (var result in results.DistinctBy(result => result.Step.Key))
        {
            if (await HoldsAsync(result.Tree, lost.Digest, cancel))
                holders.Add(result);
        }

        var restored = new Dictionary<Digest, StepResult>();
        foreach (var holder in holders.Count > 0 ? holders : [.. results.DistinctBy(result => result.Step.Key)])
            restored[holder.Step.Key] = await RestoreAsync(holder, lost, cancel);
        return [.. results.Select(result => restored.GetValueOrDefault(result.Step.Key, result))];
    }

    private async Task<StepResult> RestoreAsync(StepResult result, BlobMissingException lost, CancellationToken cancel)
    {
        Lazy<Task<StepResult>> mine = new(() => RestoreNowAsync(result, lost, cancel));
        var shared = _restored.GetOrAdd((result.Step.Key, lost.Digest), mine);
        var restored = await shared.Value.WaitAsync(cancel);

        // Others who lost it have it restored already; when it is lost once more, running the step again is no help.
        return ReferenceEquals(shared, mine) || await services.Blobs.ContainsAsync(lost.Digest, cancel) ? restored : throw NotRestored(result.Step, lost);
    }

    private async Task<StepResult> RestoreNowAsync(StepResult result, BlobMissingException lost, CancellationToken cancel)
    {
        var step = result.Step;
        services.Observer.On(new EngineEvent.Repairing(step.ToString(), lost.Message));
        await services.Memo.RemoveAsync(step.Key, cancel);
        switch (step)
        {
            case StoredStep stored:
                throw StepErrors.ImportLost(stored);
            case ComposeStep compose:
                await Roots.ForgetAsync(compose, cancel);
                break;
            case RunStep when result.Action is { } action:
                await services.Actions.RemoveAsync(action, cancel);
                break;
            case PickStep or MergeStep or DeriveStep or ListedStep:
                // Their trees consist of blobs of their inputs, wholly or in part.
                foreach (var input in await GetAllAsync(step.Inputs, cancel))
                {
                    if (await HoldsAsync(input.Tree, lost.Digest, cancel))
                        await RestoreAsync(input, lost, cancel);
                }

                break;
        }

        return await GetAsync(step, cancel);
    }

    private static BlobMissingException NotRestored(Step step, BlobMissingException lost) =>
        new(lost.Digest, $"is lost, and running `{step}` again does not restore it");

    /// <summary>Whether the tree has the blob as a file or directory; a tree that cannot be walked to its end may.</summary>
    private async Task<bool> HoldsAsync(Digest tree, Digest blob, CancellationToken cancel)
    {
        if (tree == blob)
            return true;

        try
        {
            await foreach (var entry in TreeWalk.EntriesAsync(services.Blobs, tree, cancel))
            {
                if (entry is TreeEntry.File file && file.Content == blob || entry is TreeEntry.Directory directory && directory.Digest == blob)
                    return true;
            }

            return false;
        }
        catch (BlobMissingException)
        {
            return true;
        }
    }
}
