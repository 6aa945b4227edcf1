using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What no two runs have in common.</summary>
public sealed partial class RandomRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "random";

    /// <inheritdoc/>
    public override string Words => "something random";

    /// <inheritdoc/>
    public override string Sign => "A UUID, sixteen or more hexadecimal digits, or a value after `random`, `seed`, `nonce` or `salt`; in binary data, a stretch without any order";

    /// <inheritdoc/>
    public override string Remedy => "Take a fixed seed, or derive the value from the content.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    // Shorter stretches say nothing, and code or compressed data differs in longer ones.
    private const int Shortest = 16, Longest = 512;

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.Bytes bytes
        ? bytes.Length is >= Shortest and <= Longest && IsDisordered(bytes.DifferingOne.Span) && IsDisordered(bytes.DifferingOther.Span) ? Found() : null
        : base.Explain(evidence);

    // Of random bytes nearly all are different; of texts, numbers and tables, few.
    private static bool IsDisordered(ReadOnlySpan<byte> bytes)
    {
        HashSet<byte> different = [.. bytes];
        return different.Count * 4 >= Math.Min(bytes.Length, 128) * 3 && bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
    }

    [GeneratedRegex(
        """
        \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b
        | (?<![0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{16,}(?![0-9a-z])
        | (?<=\b(random|rand|seed|nonce|salt|uuid|guid)\w*["'`]*[^0-9A-Za-z]{1,4})[\w+/=-]+
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
