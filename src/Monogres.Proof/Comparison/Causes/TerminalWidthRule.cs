using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>How wide a terminal is, by which programs wrap lines.</summary>
public sealed class TerminalWidthRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "terminal-width";

    /// <inheritdoc/>
    public override string Words => "the width of a terminal";

    /// <inheritdoc/>
    public override string Sign => "The same words with line breaks at other places";

    /// <inheritdoc/>
    public override string Remedy => "Set `COLUMNS`, or run what wraps its lines without a terminal.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Lists { Of: ListOf.Lines, One: var one, Other: var other })
            return null;

        string[] here = [.. one.SelectMany(Orders.WordsOf)], there = [.. other.SelectMany(Orders.WordsOf)];
        // Blanks alone are no line breaks.
        var sameLines = one.Select(line => string.Join(' ', Orders.WordsOf(line))).SequenceEqual(other.Select(line => string.Join(' ', Orders.WordsOf(line))), StringComparer.Ordinal);
        return here.Length > 1 && !sameLines && here.SequenceEqual(there, StringComparer.Ordinal)
            ? Found($"lines of up to {one.Max(line => line.Length)} characters", $"lines of up to {other.Max(line => line.Length)} characters")
            : null;
    }
}
