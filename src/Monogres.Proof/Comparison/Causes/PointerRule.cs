using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>Addresses, which differ in every process.</summary>
public sealed partial class PointerRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "pointer";

    /// <inheritdoc/>
    public override string Words => "the address of something in memory";

    /// <inheritdoc/>
    public override string Sign => "A number such as `0x7f…` or `0x55…`, or one after `object at` or `HASH(`; in binary data, eight bytes that hold one";

    /// <inheritdoc/>
    public override string Remedy => "Print what is there in place of its address; do not sort or hash by addresses.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Bytes bytes)
            return base.Explain(evidence);

        var words = bytes.Words(sizeof(ulong));
        return words.Count > 0 && words.All(pair => IsAddress(pair.One) && IsAddress(pair.Other)) ? Found($"0x{words[0].One:x}", $"0x{words[0].Other:x}") : null;
    }

    // Where Linux puts libraries, the stack and programs on 64-bit machines.
    private static bool IsAddress(ulong value) => value >> 40 is 0x7f or 0x7e or 0x55 or 0x56;

    [GeneratedRegex(
        """
        \b0x0*(7[ef][0-9a-f]{10}|5[56][0-9a-f]{10})\b
        | (?<=\b(at|HASH|ARRAY|CODE|SCALAR|GLOB|REF|ptr|pointer|address|addr)[ (:=]{1,3})0x[0-9a-f]{4,16}\b
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
