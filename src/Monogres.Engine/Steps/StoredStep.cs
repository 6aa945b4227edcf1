using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>A tree that is in the store already: a directory of this machine that was imported when the command began.</summary>
/// <param name="name">For people.</param>
/// <param name="tree">The tree.</param>
public sealed class StoredStep(StepName name, Digest tree) : Step(name, [])
{
    /// <summary>The tree.</summary>
    public Digest Tree { get; } = tree;

    private protected override void Describe(KeyWriter key) => key.Add("stored 1").Add(Tree);
}
