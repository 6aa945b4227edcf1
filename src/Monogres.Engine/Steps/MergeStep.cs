using System.Collections.Immutable;

namespace Monogres.Engine.Steps;

/// <summary>Lays trees over each other. Two different files at one path are an error, whichever comes later.</summary>
/// <param name="name">For people.</param>
/// <param name="inputs">The trees, lowest first.</param>
/// <param name="overrides">Whether files of later trees replace different ones of earlier trees.</param>
public sealed class MergeStep(StepName name, ImmutableArray<Step> inputs, bool overrides = false) : Step(name, inputs)
{
    /// <summary>Whether files of later trees replace different ones of earlier trees.</summary>
    public bool Overrides { get; } = overrides;

    private protected override void Describe(KeyWriter key) => key.Add("merge 1").Add(Overrides ? 1 : 0);
}
