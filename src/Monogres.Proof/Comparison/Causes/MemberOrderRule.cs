using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The order of the entries of an archive, mostly that of a directory on disk.</summary>
public sealed class MemberOrderRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "member-order";

    /// <inheritdoc/>
    public override string Words => "the order in which files were packed";

    /// <inheritdoc/>
    public override string Sign => "The same entries of an archive in another order";

    /// <inheritdoc/>
    public override string Remedy => "Sort them: `tar --sort=name`, or a sorted list for `ar`, `zip` and `cpio`.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Lists { Of: ListOf.Entries, One: var one, Other: var other } || !Orders.SameItems(one, other))
            return null;

        var (first, second) = one.Zip(other).First(pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal));
        return Found(first, second);
    }
}
