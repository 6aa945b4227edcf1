using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The locale that a program formats and sorts by.</summary>
public sealed partial class LocaleRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "locale";

    /// <inheritdoc/>
    public override string Words => "the locale";

    /// <inheritdoc/>
    public override string Sign => "Numbers that differ in comma and point only, quotes of two kinds, or the same lines of which one side has the order of bytes and the other that of a dictionary";

    /// <inheritdoc/>
    public override string Remedy => "Set `LC_ALL=C.UTF-8` for what formats or sorts.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        switch (evidence)
        {
            case Evidence.Texts(_, var one, var other):
                return string.Equals(Plain(one), Plain(other), StringComparison.Ordinal) && !string.Equals(one, other, StringComparison.Ordinal) ? Found(one.Trim(), other.Trim()) : null;
            case Evidence.Lists { Of: ListOf.Lines or ListOf.Words, One: var one, Other: var other } when Orders.SameItems(one, other) && one.Length > 2:
                return (Orders.IsSorted(one), Orders.IsSorted(other)) switch
                {
                    (true, false) when Orders.IsSortedAsInDictionary(other) => Found("the order of bytes", "that of a dictionary"),
                    (false, true) when Orders.IsSortedAsInDictionary(one) => Found("that of a dictionary", "the order of bytes"),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static string Plain(string text) => Quotes().Replace(Decimals().Replace(text, "."), "'");

    [GeneratedRegex(@"(?<=\d)[.,](?=\d)", RegexOptions.CultureInvariant, MaskRule.Timeout)]
    private static partial Regex Decimals();

    [GeneratedRegex("[‘’“”«»„`'\"]", RegexOptions.CultureInvariant, MaskRule.Timeout)]
    private static partial Regex Quotes();
}
