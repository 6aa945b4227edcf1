using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Engine;

/// <summary>
/// Runs steps. Answers four questions about any step: is it known (<see cref="FindAsync"/>), what would run and why
/// (<see cref="LookAsync"/>), give it to me (<see cref="GetAsync"/>, <see cref="UseAsync{T}"/>), and what is it made of
/// (each step's <see cref="Step.Inputs"/>, with <see cref="RecallAsync"/>). What several ask for at once is run once; what
/// failed is not tried again in the life of this engine; what is lost is restored by running the step that yields it.
/// </summary>
/// <param name="services">Everything that it works with.</param>
public sealed partial class StepEngine(EngineServices services)
{
    private readonly ActionPlaces _places = new(services);
    private readonly TreeStore _trees = new(services.Blobs, services.Memo);
    private readonly ArchiveUnpacker _unpacker = new(services);
    private readonly ListUnpacker _lists = new(services);
    private readonly ConcurrentDictionary<Digest, Lazy<Task<StepResult>>> _running = new();
    private readonly ConcurrentDictionary<Digest, UserErrorException> _failed = new();

    private RootComposing Roots => field ??= new RootComposing(services);

    private ActionExecutor Actions => field ??= new ActionExecutor(services, _places);

    /// <summary>What the step gave on this machine, when that is known and its tree is in the store; else null. Runs nothing.</summary>
    public async ValueTask<StepResult?> FindAsync(Step step, CancellationToken cancel) =>
        await RecallAsync(step, cancel) is { } known && await services.Blobs.ContainsAsync(known.Tree, cancel) ? known : null;

    /// <summary>What the step gave on this machine, whether its tree is still in the store or not.</summary>
    public async ValueTask<StepResult?> RecallAsync(Step step, CancellationToken cancel) => step is StoredStep stored
        ? new StepResult(step, stored.Tree) { Cached = true }
        : await services.Memo.FindAsync(step.Key, cancel) is { } entry
            ? new StepResult(step, entry.Tree) { Action = entry.Action, File = entry.File, Cached = true }
            : null;

    /// <summary>Runs the step, with all that it needs, or finds what it gave.</summary>
    /// <exception cref="UserErrorException">An input is unavailable, or a command failed; the error shows the end of its log.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left running.</exception>
    public async Task<StepResult> GetAsync(Step step, CancellationToken cancel)
    {
        while (true)
        {
            if (_failed.TryGetValue(step.Key, out var failure))
                throw failure;

            Lazy<Task<StepResult>> mine = new(() => ProduceAsync(step, cancel));
            var shared = _running.GetOrAdd(step.Key, mine);
            try
            {
                return ReferenceEquals(shared, mine) ? await mine.Value : await shared.Value.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Whoever had begun it gave up; we have not.
            }
            finally
            {
                if (ReferenceEquals(shared, mine))
                    _running.TryRemove(KeyValuePair.Create(step.Key, mine));
            }
        }
    }

    /// <summary>Runs several steps, as <see cref="GetAsync"/> does each.</summary>
    /// <exception cref="UserErrorException">As for one.</exception>
    public async Task<ImmutableArray<StepResult>> GetAllAsync(IEnumerable<Step> steps, CancellationToken cancel) =>
        [.. await Task.WhenAll(steps.Select(step => GetAsync(step, cancel)))];

    /// <summary>Runs a command for which a failure is a result: a test. Its inputs are run as any step's.</summary>
    /// <param name="step">The step.</param>
    /// <param name="useCache">False runs the command even when its result is known.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">An input is unavailable or failed.</exception>
    public Task<(ActionRequest Request, ActionEnd End)> TryRunAsync(RunStep step, bool useCache, CancellationToken cancel) =>
        UseAsync(step.Inputs, async inputs =>
        {
            var request = await Actions.RequestAsync(step, Trees(inputs), cancel);
            var end = await Actions.ExecuteAsync(step, request, useCache, cancel);
            if (end is ActionEnd.Known { Action: var executed })
                await SaveAsync(new StepResult(step, executed.Output) { Action = executed.Action }, cancel);
            return (request, end);
        }, cancel);

    /// <summary>
    /// Makes the engine run a command again that it knows the result of, and forget what was made of that result: the next
    /// <see cref="GetAsync"/> of <paramref name="results"/> does.
    /// </summary>
    /// <param name="results">Steps that are made from the command's output.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancel">Stops.</param>
    public async Task RerunAsync(IEnumerable<Step> results, RunStep command, CancellationToken cancel)
    {
        Dictionary<Digest, bool> visited = [];
        _rerun[command.Key] = true;
        foreach (var result in results)
            await ForgetAsync(result);

        async Task<bool> ForgetAsync(Step step)
        {
            if (visited.TryGetValue(step.Key, out var known))
                return known;

            var affected = step.Key == command.Key;
            foreach (var input in step.Inputs)
                affected |= await ForgetAsync(input);
            if (affected)
                await services.Memo.RemoveAsync(step.Key, cancel);
            return visited[step.Key] = affected;
        }
    }

    /// <summary>The digest of a command's action: remembered, or computed when everything that it needs is known; else null.</summary>
    public async ValueTask<Digest?> ActionOfAsync(RunStep step, CancellationToken cancel)
    {
        if (await RecallAsync(step, cancel) is { Action: { } action })
            return action;

        var inputs = ImmutableArray.CreateBuilder<StepResult>();
        foreach (var input in step.Inputs)
        {
            if (await FindOrMoveAsync(input, cancel) is not { } known)
                return null;
            inputs.Add(known);
        }

        try
        {
            return (await Actions.RequestAsync(step, Trees(inputs), cancel)).Action.Digest;
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    private readonly ConcurrentDictionary<Digest, bool> _rerun = new();

    private async Task<StepResult> ProduceAsync(Step step, CancellationToken cancel)
    {
        if (await FindAsync(step, cancel) is { } known)
        {
            services.Announced.Settle(step);
            return known;
        }

        try
        {
            var inputs = await GetAllAsync(step.Inputs, cancel);
            return await YieldAsync(step, inputs, cancel);
        }
        catch (UserErrorException failure)
        {
            _failed.TryAdd(step.Key, failure);
            services.Announced.Fail(step);
            throw;
        }
    }

    /// <summary>Runs the step itself, once more for each blob of its inputs that turns out to be lost.</summary>
    private async Task<StepResult> YieldAsync(Step step, ImmutableArray<StepResult> inputs, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var result = await RunAsync(step, inputs, cancel);
                await SaveAsync(result, cancel);
                return result;
            }
            catch (BlobMissingException lost)
            {
                inputs = await RestoreAsync(step, inputs, lost, cancel);
            }
        }
    }

    private Task<StepResult> RunAsync(Step step, ImmutableArray<StepResult> inputs, CancellationToken cancel) => step switch
    {
        UnpackStep unpack => _unpacker.UnpackAsync(unpack, cancel),
        ComposeStep compose => Roots.ComposeAsync(compose, cancel),
        WriteStep write => WriteAsync(write, cancel),
        PickStep pick => PickAsync(pick, inputs[0].Tree, cancel),
        MergeStep merge => MergeAsync(merge, inputs, cancel),
        ListedStep listed => _lists.UnpackAsync(listed, inputs[0].Tree, cancel),
        DeriveStep derive => DeriveAsync(derive, inputs, cancel),
        StoredStep stored => throw StepErrors.ImportLost(stored),
        RunStep run => RunAsync(run, inputs, cancel),
        _ => throw new InvalidOperationException($"no way to run a {step.GetType().Name}"),
    };

    private ValueTask SaveAsync(StepResult result, CancellationToken cancel) =>
        services.Memo.PutAsync(result.Step.Key, new MemoEntry(result.Tree) { Action = result.Action, File = result.File }, cancel);

    private async Task<StepResult> WriteAsync(WriteStep step, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        foreach (var file in step.Files)
            tree.AddFile(file.Path, await services.Blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(file.Content.Render()), cancel), file.Executable);
        foreach (var directory in step.Directories)
            tree.AddDirectory(directory);
        return new StepResult(step, await tree.WriteAsync(services.Blobs, cancel));
    }

    private async Task<StepResult> PickAsync(PickStep step, Digest input, CancellationToken cancel)
    {
        var picked = await TreeWalk.FindDirectoryAsync(services.Blobs, input, step.From, cancel);
        if (picked is null && !step.Optional)
            throw new InvalidOperationException($"there is no directory `/{step.From}` in what `{step.Inputs[0]}` gave, for `{step}`");

        if (step.To.IsRoot)
            return new StepResult(step, picked ?? await new TreeBuilder().WriteAsync(services.Blobs, cancel));

        var tree = new TreeBuilder();
        if (picked is { } directory)
            tree.AddTree(step.To, directory);
        return new StepResult(step, await tree.WriteAsync(services.Blobs, cancel));
    }

    private async Task<StepResult> MergeAsync(MergeStep step, ImmutableArray<StepResult> inputs, CancellationToken cancel)
    {
        try
        {
            return new StepResult(step, await TreeUnion.MergeAsync(services.Blobs, [.. inputs.Select(input => new UnionLayer(input.Tree, step.Overrides))], cancel));
        }
        catch (TreeConflictException conflict)
        {
            throw StepErrors.Conflict(step, conflict);
        }
    }

    private async Task<StepResult> DeriveAsync(DeriveStep step, ImmutableArray<StepResult> inputs, CancellationToken cancel)
    {
        var withLogs = ImmutableArray.CreateBuilder<StepResult>(inputs.Length);
        foreach (var input in inputs)
            withLogs.Add(input.Action is { } action ? input with { Log = (await services.Actions.GetAsync(action, cancel))?.StdoutDigest?.ToDigest() } : input);
        return new StepResult(step, await step.Function.ApplyAsync(withLogs.MoveToImmutable(), _trees, cancel));
    }

    private async Task<StepResult> RunAsync(RunStep step, ImmutableArray<StepResult> inputs, CancellationToken cancel)
    {
        var request = await Actions.RequestAsync(step, Trees(inputs), cancel);
        return await Actions.ExecuteAsync(step, request, useCache: !_rerun.TryRemove(step.Key, out _), cancel) switch
        {
            ActionEnd.Known { Action: var executed } => new StepResult(step, executed.Output) { Action = executed.Action, Cached = executed.Cached },
            ActionEnd.Failure { Outcome: var outcome } => throw await ActionErrors.DescribeAsync(step, outcome, services.Blobs, cancel),
            var end => throw new InvalidOperationException($"no such end of an action: {end.GetType().Name}"),
        };
    }

    private static ImmutableArray<Digest> Trees(IEnumerable<StepResult> results) => [.. results.Select(result => result.Tree)];
}
