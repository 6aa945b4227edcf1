using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What ends a line.</summary>
public sealed class LineEndingsRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "line-endings";

    /// <inheritdoc/>
    public override string Words => "line endings";

    /// <inheritdoc/>
    public override string Sign => "Lines that are equal but for a carriage return or blanks at their end";

    /// <inheritdoc/>
    public override string Remedy => "Write one kind of line ending; check what version control converts.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.Lists { Of: ListOf.Lines, One: var one, Other: var other }
        && !one.SequenceEqual(other, StringComparer.Ordinal) && one.Select(line => line.TrimEnd()).SequenceEqual(other.Select(line => line.TrimEnd()), StringComparer.Ordinal) ? Found() : null;
}
