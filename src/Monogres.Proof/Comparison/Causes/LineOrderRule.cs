using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>Lines that are written as something unordered yields them.</summary>
public sealed class LineOrderRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "line-order";

    /// <inheritdoc/>
    public override string Words => "the order of lines";

    /// <inheritdoc/>
    public override string Sign => "The same lines in another order";

    /// <inheritdoc/>
    public override string Remedy => "Sort them (`LC_ALL=C sort`): they come from a directory, a hash or jobs that run side by side.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Lists { Of: ListOf.Lines, One: var one, Other: var other } || one.Length < 2 || !Orders.SameItems(one, other))
            return null;

        var (first, second) = one.Zip(other).First(pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal));
        return Found(first.Trim(), second.Trim());
    }
}
