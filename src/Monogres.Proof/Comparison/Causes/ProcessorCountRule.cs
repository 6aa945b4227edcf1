using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>How many processors a build had.</summary>
public sealed partial class ProcessorCountRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "processor-count";

    /// <inheritdoc/>
    public override string Words => "the number of processors";

    /// <inheritdoc/>
    public override string Sign => "A small number after `-j`, or beside `jobs`, `cores`, `processors` or `threads`";

    /// <inheritdoc/>
    public override string Remedy => "Do not record how many jobs ran; where a result depends on it, as that of a parallel compressor does, set the number to 1.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=(?<![\w-])-j)[ ]?\d{1,4}\b
        | (?<=\b(jobs?|cores?|cpus?|cpu[ _]cores|nproc\w*|processors?|num_?procs?\w*|threads?|parallel\w*|workers?)[^0-9A-Za-z]{1,4})\d{1,4}\b
        | (?<![\w.])\d{1,4}(?=[ ]?(cores?|cpus?|processors?|jobs|threads|workers)\b)
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
