using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What processor a build ran on.</summary>
public sealed partial class ProcessorRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "processor";

    /// <inheritdoc/>
    public override string Words => "the processor of the build machine";

    /// <inheritdoc/>
    public override string Sign => "Compiler flags such as `-march=` and `-mavx2`, or lines of `/proc/cpuinfo`; in programs, other instructions in the same functions while everything else is equal";

    /// <inheritdoc/>
    public override string Remedy => "Compile for the baseline of the architecture: no `-march=native`, and no test of the processor at build time.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    // What one processor has and another has not is not there at all.
    /// <inheritdoc/>
    protected override string Blot => "";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.Code(var functions, var sameSymbols, var sameData)
        ? sameSymbols && sameData && !functions.IsEmpty ? new Cause(Id, $"{Words}: the code of `{functions[0]}` differs, and neither symbols nor data") : null
        : base.Explain(evidence);

    [GeneratedRegex(
        """
        [ ]?-m(arch|tune|cpu)=[\w.+-]+
        | [ ]?-m(no-)?(avx|sse|ssse|bmi|fma|popcnt|aes|pclmul|f16c|lzcnt|movbe|sha|vaes|gfni)[\w.-]*
        | (?<=\b(model[ ]name|cpu[ ]MHz|bogomips|cache[ ]size|flags|vendor_id|stepping|microcode|cpu[ ]family|Features|CPU[ ](part|variant|implementer|revision))\s*:\s*).+
        | (?<=^(model|.*:[ ]model)\s*:\s*)\d+
        | (Genuine|Authentic)(Intel|AMD)
        | (Intel\(R\)|AMD)[ ](Xeon|Core|EPYC|Ryzen|Opteron)[^"\n]*
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
