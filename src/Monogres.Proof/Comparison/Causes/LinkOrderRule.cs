using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The order in which files are given to a linker.</summary>
public sealed class LinkOrderRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "link-order";

    /// <inheritdoc/>
    public override string Words => "the order of link";

    /// <inheritdoc/>
    public override string Sign => "The same object files or symbols in another order";

    /// <inheritdoc/>
    public override string Remedy => "Sort what is linked: `OBJS = $(sort $(wildcard *.o))`.";

    private const int Shown = 4;

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.Lists { Of: ListOf.ObjectFiles or ListOf.Symbols, One: var one, Other: var other } && one.Length > 1 && Orders.SameItems(one, other)
        ? Found(Names(one, other), Names(other, one))
        : null;

    private static string Names(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        var first = names.Zip(others).TakeWhile(pair => string.Equals(pair.First, pair.Second, StringComparison.Ordinal)).Count();
        return string.Join(' ', names.Skip(first).Take(Shown)) + (names.Count > first + Shown ? " …" : "");
    }
}
