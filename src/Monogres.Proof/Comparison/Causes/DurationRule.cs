using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>How long a step of a build took.</summary>
public sealed partial class DurationRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "duration";

    /// <inheritdoc/>
    public override string Words => "how long something took";

    /// <inheritdoc/>
    public override string Sign => "A number of seconds or milliseconds";

    /// <inheritdoc/>
    public override string Remedy => "Do not write durations into results.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        \b\d+(\.\d+)?[ ]?(ms|msec|milliseconds?|s|sec|secs|seconds?|minutes?)\b
        | \b\d+m\d+(\.\d+)?s\b
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
