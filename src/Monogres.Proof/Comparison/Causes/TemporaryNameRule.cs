using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>Names that a program makes up so that no two files have the same.</summary>
public sealed partial class TemporaryNameRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "temporary-name";

    /// <inheritdoc/>
    public override string Words => "the name of a temporary file";

    /// <inheritdoc/>
    public override string Sign => "A path below `/tmp`, or a name as `mktemp`, gcc and Python make them";

    /// <inheritdoc/>
    public override string Remedy => "Give the file a fixed name in the build directory; for object files, give the compiler `-o`, or `-save-temps`.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (/var)?/tmp/[^\s:;,"'()<>\]]+
        | \btmp\.[A-Za-z0-9]{6,12}\b
        | \bcc[A-Za-z0-9]{6}(?=\.(o|s|c|i|res|ltrans|ld|le|cdtor))
        | \btmp[a-z0-9_]{8}\b
        | \b[\w-]+\.[A-Za-z0-9]{6}(?=\.(tmp|temp)\b)
        | (?<=\.(tmp|temp)\.)[A-Za-z0-9]{6,12}\b
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
