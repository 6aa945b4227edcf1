using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core.Licenses;

namespace Monogres.Core.Tests;

public class SpdxExpressionTests
{
    private static readonly RedistributionRules Rules = new()
    {
        Refused = [new RefusedLicense("SSPL-1.0", "of conditions on services"), new RefusedLicense("LicenseRef-owned", "its owner refuses")],
        Projects = [new ProjectDecision("asked", Redistributable: true, "allowed in writing"), new ProjectDecision("withdrawn", Redistributable: false, "withdrawn by its author")],
    };

    [Theory]
    [InlineData("MIT")]
    [InlineData("Apache-2.0+")]
    [InlineData("GPL-2.0-or-later WITH Classpath-exception-2.0")]
    [InlineData("MIT AND BSD-3-Clause OR ISC")]
    [InlineData("MIT AND (BSD-3-Clause OR ISC)")]
    [InlineData("LicenseRef-fonts.1 OR PostgreSQL")]
    public void An_expression_is_written_as_it_was_read(string text) => Assert.Equal(text, SpdxExpression.Parse(text).ToString());

    [Theory]
    [InlineData("", "missing")]
    [InlineData("GPL-2.0", "did you mean `GPL-2.0-")]
    [InlineData("postgresql", "did you mean `PostgreSQL`")]
    [InlineData("MIT AND", "missing at its end")]
    [InlineData("MIT ISC", "`ISC` follows")]
    [InlineData("(MIT", "`)` is missing")]
    [InlineData("MIT)", "`)` follows")]
    [InlineData("OR MIT", "`OR` stands where")]
    [InlineData("MIT WITH nothing", "`nothing` is no exception")]
    [InlineData("LicenseRef-", "no licence of the SPDX list")]
    [InlineData("LicenseRef-a/b", "no licence of the SPDX list")]
    [InlineData("MIT or ISC", "`or` follows")]
    public void What_is_wrong_with_a_text_is_said(string text, string expected)
    {
        Assert.False(SpdxExpression.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_expression_reads_as_what_was_written()
    {
        var leaf = Gen.Elements("MIT", "ISC", "GPL-3.0-only WITH GCC-exception-3.1", "LicenseRef-x").Select(SpdxExpression.Parse);
        var any = Gen.Sized(size => Trees(leaf, Math.Min(size, 6)));
        Prop.ForAll(Arb.From(any), expression => SpdxExpression.Parse(expression.ToString()!).ToString() == expression.ToString()).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("a", "PostgreSQL", null)]
    [InlineData("a", "SSPL-1.0", "of conditions on services")]
    [InlineData("a", "SSPL-1.0 OR MIT", null)]
    [InlineData("a", "SSPL-1.0 AND MIT", "of conditions on services")]
    [InlineData("a", "LicenseRef-owned", "its owner refuses")]
    [InlineData("a", "LicenseRef-other", "`LicenseRef-other` is no licence of the SPDX list, and nothing is decided of it")]
    [InlineData("a", null, "its licence is not known")]
    [InlineData("asked", null, null)]
    [InlineData("withdrawn", "MIT", "withdrawn by its author")]
    public void What_may_not_be_redistributed_has_a_reason(string project, string? license, string? reason) => Assert.Equal(reason, Rules.ReasonAgainst(project, license));

    private static Gen<SpdxExpression> Trees(Gen<SpdxExpression> leaf, int depth) => depth == 0 ? leaf : Gen.OneOf(
        leaf,
        from left in Trees(leaf, depth / 2) from right in Trees(leaf, depth / 2) select (SpdxExpression)new SpdxExpression.Both(left, right),
        from left in Trees(leaf, depth / 2) from right in Trees(leaf, depth / 2) select (SpdxExpression)new SpdxExpression.Either(left, right));
}
