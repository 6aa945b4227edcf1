using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The number that a file has in its file system.</summary>
public sealed partial class InodeRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "inode";

    /// <inheritdoc/>
    public override string Words => "the number of an inode";

    /// <inheritdoc/>
    public override string Sign => "A number after `inode`";

    /// <inheritdoc/>
    public override string Remedy => "Do not record what a file system numbers its files by, nor sort by it.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=\b(st_)?(inode|ino|i-node|inum)([ ](number|no))?\W{1,4})\d+\b
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
