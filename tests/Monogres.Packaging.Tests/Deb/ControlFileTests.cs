using Monogres.Packaging.Deb;

namespace Monogres.Packaging.Tests.Deb;

public class ControlFileTests
{
    private static readonly ControlFile Small = new()
    {
        Package = "sample",
        Source = "sample",
        Version = "1.0-1",
        Architecture = "amd64",
        Maintainer = "Some One <one@example.org>",
        InstalledSize = 12,
        Relations = [("Depends", ["libc6 (>= 2.34)", "other"]), ("Recommends", []), ("Provides", ["thing"])],
        Section = "database",
        Homepage = new Uri("https://example.org/"),
        Synopsis = "a sample",
        Description = ["One paragraph.", "Another, with words and words and words and words and words and words that go on."],
        Further = [("Monogres-Payload", "abc/1")],
    };

    [Fact]
    public void Fields_are_in_the_order_of_dpkg_and_long_paragraphs_are_folded() => Assert.Equal(
        """
        Package: sample
        Version: 1.0-1
        Architecture: amd64
        Maintainer: Some One <one@example.org>
        Installed-Size: 12
        Depends: libc6 (>= 2.34), other
        Provides: thing
        Section: database
        Priority: optional
        Homepage: https://example.org/
        Description: a sample
         One paragraph.
         .
         Another, with words and words and words and words and words and words that go
         on.
        Monogres-Payload: abc/1

        """,
        Small.ToText());

    [Fact]
    public void The_source_and_what_it_is_to_other_architectures_are_said_where_there_is_something_to_say()
    {
        var text = (Small with { Source = "build", MultiArch = "foreign" }).ToText();
        Assert.StartsWith("Package: sample\nSource: build\nVersion: ", text, StringComparison.Ordinal);
        Assert.Contains("\nPriority: optional\nMulti-Arch: foreign\nHomepage: ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nDepends: everything")]
    [InlineData("")]
    public void A_value_of_several_lines_or_none_is_refused(string synopsis) => Assert.Throws<ArgumentException>(() => (Small with { Synopsis = synopsis }).ToText());
}
