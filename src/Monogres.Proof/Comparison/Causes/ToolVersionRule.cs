using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The compiler that something was built with.</summary>
public sealed partial class ToolVersionRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "tool-version";

    /// <inheritdoc/>
    public override string Words => "another compiler";

    /// <inheritdoc/>
    public override string Sign => "What a compiler writes of itself: `GCC: (Debian 12.2.0-14) 12.2.0`";

    /// <inheritdoc/>
    public override string Remedy => "Build with the same toolchain: a platform's lock pins it by digest.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        GCC:[ ]\([^)]*\)[ ]\d+[\w.+~-]*([ ]\d{8})?([ ]\([^)]*\))?
        | gcc[ ]\([^)]*\)[ ]\d+[\w.+~-]*
        | (clang|rustc|LLD|GNU[ ](C|C\+\+|AS|GIMPLE))\d*([ ]version)?[ ]\d+(\.\d+)+[\w.+~-]*
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
