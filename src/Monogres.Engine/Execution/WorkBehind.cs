using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Engine.Scheduling;
using Monogres.Engine.Steps;

namespace Monogres.Engine.Execution;

/// <summary>
/// How much work waits for a step: the longest chain of steps that begins with it, and how many steps need it. A server for which a
/// hundred extensions wait is begun before an extension for which nothing does. Only an order: it changes no result. Safe for
/// several threads.
/// </summary>
/// <param name="times">How long steps took before.</param>
internal sealed class WorkBehind(IStepTimes times)
{
    // A step that was never timed counts, so that a longer chain is longer.
    private const double UnknownSeconds = 1;

    private readonly ConcurrentDictionary<Digest, Urgency> _urgencies = new();

    /// <summary>How urgent a step is; one that nobody spoke of is not.</summary>
    public Urgency Of(Step step) => _urgencies.GetValueOrDefault(step.Key);

    /// <summary>These steps are wanted, with all that they need.</summary>
    public void Add(IEnumerable<Step> steps)
    {
        // Inputs stand before what needs them, so that from the end each step is met after everything that waits for it.
        List<Step> order = [];
        Dictionary<Digest, int> followers = [];
        foreach (var step in steps)
            Visit(step, order, followers);

        Dictionary<Digest, double> behind = [];
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var step = order[i];
            var chain = behind.GetValueOrDefault(step.Key) + (step is RunStep ? times.Find(step.Name)?.Seconds ?? UnknownSeconds : 0);
            foreach (var input in step.Inputs)
                behind[input.Key] = Math.Max(behind.GetValueOrDefault(input.Key), chain);
            var urgency = new Urgency(chain, followers[step.Key]);
            _urgencies.AddOrUpdate(step.Key, urgency, (_, known) => known > urgency ? known : urgency);
        }
    }

    private static void Visit(Step step, List<Step> order, Dictionary<Digest, int> followers)
    {
        if (!followers.TryAdd(step.Key, 0))
            return;

        foreach (var input in step.Inputs)
        {
            Visit(input, order, followers);
            followers[input.Key]++;
        }

        order.Add(step);
    }
}
