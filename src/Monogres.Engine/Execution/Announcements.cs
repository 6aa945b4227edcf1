using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;

namespace Monogres.Engine.Execution;

/// <summary>
/// Steps that were announced and have not begun, so that each is accounted for once: it begins, it is found in a cache, or
/// it is omitted. Passes every event on, and learns from them what has begun.
/// </summary>
/// <param name="observer">Told everything.</param>
internal sealed class Announcements(IEngineObserver observer) : IEngineObserver
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, Step> _open = [];
    private readonly Dictionary<string, List<Digest>> _names = new(StringComparer.Ordinal);

    // What failed, and what was found to need it: each of those fails in turn, and need not be looked for again.
    private readonly HashSet<Digest> _failed = [];

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        if (what is EngineEvent.StepStarted or EngineEvent.StepCached)
            Begin(what is EngineEvent.StepStarted started ? started.Step : ((EngineEvent.StepCached)what).Step);
        observer.On(what);
    }

    /// <summary>Announces the steps that are not announced yet.</summary>
    public void Add(IEnumerable<(Step Step, double? Seconds)> steps)
    {
        var added = ImmutableArray.CreateBuilder<PlannedStep>();
        lock (_lock)
        {
            foreach (var (step, seconds) in steps)
            {
                if (!_open.TryAdd(step.Key, step))
                    continue;

                var name = step.ToString();
                if (!_names.TryGetValue(name, out var keys))
                    _names[name] = keys = [];
                keys.Add(step.Key);
                added.Add(new PlannedStep(name, seconds));
            }
        }

        if (added.Count > 0)
            observer.On(new EngineEvent.Planned(added.ToImmutable()));
    }

    /// <summary>What the step gives is known after all, from another process say; what only this step needs is needed no more.</summary>
    public void Settle(Step step)
    {
        List<Step> omitted = [];
        lock (_lock)
        {
            if (!Remove(step))
                return;

            HashSet<Digest> needed = [];
            foreach (var other in _open.Values.Where(other => !IsBelow(step, other)))
                AddInputs(other, needed);
            omitted.AddRange(_open.Values.Where(other => IsBelow(step, other) && !needed.Contains(other.Key)));
            omitted.ForEach(other => Remove(other));
        }

        observer.On(new EngineEvent.StepCached(step.ToString()));
        Omit(omitted);
    }

    /// <summary>The step gave nothing, so nothing that needs it will run.</summary>
    public void Fail(Step step)
    {
        List<Step> omitted;
        lock (_lock)
        {
            if (_open.Count == 0 || !_failed.Add(step.Key))
                return;

            HashSet<Digest> fine = [];
            omitted = [.. _open.Values.Where(other => Fails(other, fine))];
            omitted.ForEach(other => Remove(other));
        }

        Omit(omitted);
    }

    private bool Fails(Step step, HashSet<Digest> fine)
    {
        if (_failed.Contains(step.Key))
            return true;
        if (fine.Contains(step.Key))
            return false;

        var fails = step.Inputs.Any(input => Fails(input, fine));
        (fails ? _failed : fine).Add(step.Key);
        return fails;
    }

    private void Begin(string name)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(name, out var keys))
                Remove(_open[keys[0]]);
        }
    }

    private bool Remove(Step step)
    {
        if (!_open.Remove(step.Key))
            return false;

        var keys = _names[step.ToString()];
        keys.Remove(step.Key);
        if (keys.Count == 0)
            _names.Remove(step.ToString());
        return true;
    }

    private void Omit(List<Step> steps) => steps.ForEach(step => observer.On(new EngineEvent.StepOmitted(step.ToString())));

    /// <summary>Whether one step is an input of another, directly or not.</summary>
    private static bool IsBelow(Step above, Step below)
    {
        HashSet<Digest> inputs = [];
        AddInputs(above, inputs);
        return inputs.Contains(below.Key);
    }

    private static void AddInputs(Step step, HashSet<Digest> inputs)
    {
        foreach (var input in step.Inputs)
        {
            if (inputs.Add(input.Key))
                AddInputs(input, inputs);
        }
    }
}
