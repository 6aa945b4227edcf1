using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The number of a process.</summary>
public sealed partial class ProcessIdRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "process-id";

    /// <inheritdoc/>
    public override string Words => "the number of a process";

    /// <inheritdoc/>
    public override string Sign => "A number after `pid` or `/proc/`, or in brackets after a program's name";

    /// <inheritdoc/>
    public override string Remedy => "Do not record it; name temporary files by what they hold.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=\bp?pid\W{1,3}(is[ ])?)\d{1,7}\b
        | (?<=\bprocess(es)?[ ](id)?\W{0,2})\d{1,7}\b
        | (?<=/proc/)\d{1,7}\b
        | (?<=\b[a-z][\w-]*\[)\d{3,7}(?=\])
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
