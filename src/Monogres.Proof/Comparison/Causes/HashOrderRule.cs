using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The order in which a hash table yields what it holds.</summary>
public sealed class HashOrderRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "hash-order";

    /// <inheritdoc/>
    public override string Words => "the order of a hash";

    /// <inheritdoc/>
    public override string Sign => "The same words or items in another order";

    /// <inheritdoc/>
    public override string Remedy => "Sort the keys where they are written; set `PERL_HASH_SEED=0` and `PYTHONHASHSEED=0` only to see whether it is that.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        var (one, other) = evidence switch
        {
            Evidence.Texts texts => (Orders.ItemsOf(texts.One), Orders.ItemsOf(texts.Other)),
            Evidence.Lists { Of: ListOf.Words } lists => (lists.One, lists.Other),
            _ => ([], []),
        };
        if (one.Length < 2 || !Orders.SameItems(one, other))
            return null;

        var differing = one.Zip(other).Where(pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal)).Take(1).ToArray();
        return differing is [var (first, second)] ? Found(first, second) : null;
    }
}
