using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>A digest: it differs because what it was made of does.</summary>
public sealed partial class DigestRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "digest";

    /// <inheritdoc/>
    public override string Words => "a digest of something else that differs";

    /// <inheritdoc/>
    public override string Sign => "Hexadecimal digits of the length of a digest, in a list of digests or after a word such as `sha256`";

    /// <inheritdoc/>
    public override string Remedy => "Look at the file that it is the digest of; this goes away with that.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<![0-9a-f])(?=[0-9a-f]{32})(?<=(sha\d*|md5|digest|checksum|hash|blobs)\S{0,20}[^0-9a-f]{1,3})[0-9a-f]{32,128}(?![0-9a-f])
        | (?<![0-9a-f])(?=[0-9a-f]{32})(?<=^[^:\n]*(sha\d|md5|digest|checksum)[^:\n]*:[^\n]*)[0-9a-f]{32,128}(?![0-9a-f])
        | (?<![0-9a-f])[0-9a-f]{32,128}(?=[ ]{1,2}\*?[\w./])
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
