using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The directory that a build runs in, or that holds the store.</summary>
public sealed partial class BuildPathRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "build-path";

    /// <inheritdoc/>
    public override string Words => "the directory of the build";

    /// <inheritdoc/>
    public override string Sign => "Absolute paths that are not those of an installed system, such as `/home/…` and `/build/…`";

    /// <inheritdoc/>
    public override string Remedy => "Build in a directory of one name everywhere, as the sandbox does, or give the compiler `-ffile-prefix-map`.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=(^|[\s"'`=:;,(<>\[-]|\u0001|(?<![\w-])-[ILB]))
        /(?!(usr|etc|bin|sbin|lib|lib64|dev|proc|sys|run|opt|var/lib|var/log|var/run)(/|\b))[\w.+@%~-]+(/[\w.+@%~…-]*)+
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
