using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Payloads.Tests;

/// <summary>Functions of trees, applied without an engine.</summary>
internal static class TreeFunctionExtensions
{
    /// <summary>The tree that a function makes of trees.</summary>
    public static Task<Digest> OfAsync(this TreeFunction function, TreeStore store, CancellationToken cancel, params Digest[] trees) =>
        function.ApplyAsync([.. trees.Select((tree, i) => new StepResult(new StoredStep(new StepName("test", $"input {i}"), tree), tree))], store, cancel);

    /// <summary>What stands for the function in the key of a step.</summary>
    public static Digest Key(this TreeFunction function) => KeyWriter.KeyOf(function.Describe);
}
