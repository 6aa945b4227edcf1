using Monogres.Engine.Steps;

namespace Monogres.Engine.Execution;

/// <summary>How long steps took on this machine: what progress is estimated from. Never part of a result.</summary>
public interface IStepTimes
{
    /// <summary>How long the step, or one like it, took last; null when that is not known.</summary>
    StepTime? Find(StepName step);

    /// <summary>Records how long a step took.</summary>
    void Add(StepName step, StepTime time);
}

/// <summary>How long a step took, and how much its command wrote meanwhile.</summary>
/// <param name="Seconds">The duration.</param>
/// <param name="LogBytes">The size of its log; 0 for a step without one.</param>
public readonly record struct StepTime(double Seconds, long LogBytes);

/// <summary>Knows nothing.</summary>
public sealed class NoTimes : IStepTimes
{
    /// <summary>The one instance.</summary>
    public static NoTimes Instance { get; } = new();

    /// <inheritdoc/>
    public StepTime? Find(StepName step) => null;

    /// <inheritdoc/>
    public void Add(StepName step, StepTime time)
    {
    }
}
