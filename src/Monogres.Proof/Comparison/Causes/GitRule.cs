using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What git says of the checkout that a build runs in.</summary>
public sealed partial class GitRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "git";

    /// <inheritdoc/>
    public override string Words => "what git says of a checkout";

    /// <inheritdoc/>
    public override string Sign => "`git describe` (`1.2-14-gabc1234`), a commit after such a word, or `-dirty`";

    /// <inheritdoc/>
    public override string Remedy => "Build from a source without `.git`, and give the version as a constant; sandboxes see no repository around the source.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    // An unmodified checkout has no word in its place.
    /// <inheritdoc/>
    protected override string Blot => "";

    [GeneratedRegex(
        """
        \bv?\d+(\.\d+)*([-.][0-9A-Za-z]+)*-\d+-g[0-9a-f]{7,40}\b
        | (?<![\w.])g[0-9a-f]{7,40}\b
        | (?<=\b(commit|revision|rev|head|git|githash|vcs)\w*[^0-9A-Za-z]{1,4})[0-9a-f]{7,40}\b
        | [-+.](dirty|modified)\b
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
