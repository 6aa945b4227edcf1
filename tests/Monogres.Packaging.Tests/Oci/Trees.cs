using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci;

/// <summary>Functions of trees, applied without an engine.</summary>
internal static class Trees
{
    /// <summary>The tree that a function makes of trees.</summary>
    public static Task<Digest> OfAsync(this TreeFunction function, IIngestingBlobStore blobs, CancellationToken cancel, params Digest[] trees) => function.ApplyAsync(
        [.. trees.Select((tree, i) => new StepResult(new StoredStep(new StepName("test", $"input {i}"), tree), tree))], new TreeStore(blobs, new MemoryMemo()), cancel);

    /// <summary>What stands for the function in the key of a step.</summary>
    public static Digest Key(this TreeFunction function) => KeyWriter.KeyOf(function.Describe);
}
