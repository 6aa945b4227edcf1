using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Engine.Steps;

/// <summary>Computes a tree from trees inside this process, by a function that planning names.</summary>
/// <param name="name">For people.</param>
/// <param name="inputs">The trees.</param>
/// <param name="function">What is computed.</param>
public sealed class DeriveStep(StepName name, ImmutableArray<Step> inputs, TreeFunction function) : Step(name, inputs)
{
    /// <summary>What is computed.</summary>
    public TreeFunction Function { get; } = function;

    private protected override void Describe(KeyWriter key) => Function.Describe(key.Add("derive 1"));
}

/// <summary>A pure function of trees. The engine knows nothing of what it does.</summary>
public abstract class TreeFunction
{
    /// <summary>Adds the function's name with the version of its rules, and its parameters.</summary>
    public abstract void Describe(KeyWriter key);

    /// <summary>Computes the tree.</summary>
    /// <param name="inputs">What the inputs gave, in their order.</param>
    /// <param name="store">Has the inputs, and gets the tree.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The inputs are not what they should be.</exception>
    /// <exception cref="BlobMissingException">A part of an input is lost.</exception>
    public abstract Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel);
}

/// <summary>What a function of trees works with.</summary>
/// <param name="Blobs">The content. What is large is written as a stream, without being held in memory.</param>
/// <param name="Memo">Remembers what it reads again and again, such as the symbols of a library, under keys of its own.</param>
public sealed record TreeStore(IIngestingBlobStore Blobs, IMemo Memo);
