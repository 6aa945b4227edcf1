using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Store.Trees;
using Monogres.Testing.Properties;

namespace Monogres.Actions.Tests.Trees;

public class Utf8OrderTests
{
    // Near every border of UTF-8's lengths and of the surrogates, so that neighbours meet.
    private static readonly Gen<string> Text = Gen.ListOf(Gen.Elements(
        "\0", "a", "b", "~", "\u007F", "\u0080", "é", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF",
        "\U00010000", "\U00010001", "\U0001F418", "\U000103FF", "\U00010400", "\U0010FFFF")).Select(string.Concat);

    private static readonly Arbitrary<(string, string)> Two = (from a in Text from b in Text select (a, b)).ToArbitrary();

    [Fact]
    public void Names_are_ordered_as_the_bytes_of_their_UTF_8() => Prop.ForAll(Two, texts =>
    {
        var (a, b) = texts;
        var expected = Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
        return Math.Sign(expected) == Math.Sign(Utf8Order.Comparer.Compare(a, b));
    }).HoldsAlways();

    [Fact]
    public void What_lies_above_the_first_plane_comes_last_although_UTF_16_says_otherwise()
    {
        Assert.True(string.CompareOrdinal("\U0001F418", "\uFFFD") < 0);
        Assert.True(Utf8Order.Comparer.Compare("\U0001F418", "\uFFFD") > 0);
    }
}
