using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>Takes one directory of a tree, and puts it at another path of a tree of its own.</summary>
/// <param name="name">For people.</param>
/// <param name="input">The tree.</param>
/// <param name="from">The directory; the root for the whole tree.</param>
/// <param name="to">Where it goes; the root for a tree that is the directory itself.</param>
/// <param name="optional">True yields an empty tree where the directory is missing; false is an error of whoever planned it.</param>
public sealed class PickStep(StepName name, Step input, RelativePath from, RelativePath to, bool optional = false) : Step(name, [input])
{
    /// <summary>The directory that is taken.</summary>
    public RelativePath From { get; } = from;

    /// <summary>Where it goes.</summary>
    public RelativePath To { get; } = to;

    /// <summary>Whether the directory may be missing.</summary>
    public bool Optional { get; } = optional;

    private protected override void Describe(KeyWriter key) => key.Add("pick 1").Add(From.Value).Add(To.Value).Add(Optional ? 1 : 0);
}
