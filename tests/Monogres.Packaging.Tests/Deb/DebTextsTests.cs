using Monogres.Packaging.Deb;
using Monogres.Payloads.Binaries;

namespace Monogres.Packaging.Tests.Deb;

public class DebTextsTests
{
    private static readonly FileNeeds Plain = new(["libc.so.6"], [], Runpath: null);

    [Theory]
    [InlineData("The PostgreSQL server.", "PostgreSQL server")]
    [InlineData("An extension", "extension")]
    [InlineData("a thing", "thing")]
    [InlineData("Theory of types", "Theory of types")]
    public void A_synopsis_has_no_article_and_no_full_stop(string sentence, string synopsis) => Assert.Equal(synopsis, DebTexts.Synopsis(sentence));

    [Fact]
    public void A_package_without_peculiarities_overrides_nothing() => Assert.Null(DebTexts.Overrides("sample", [Plain], asksOnPurge: false, "Do as you like."));

    [Fact]
    public void What_is_overridden_has_a_reason() => Assert.Equal(
        """
        # Libraries of the same build are found beside the programs, wherever these are.
        sample: custom-library-search-path *
        # Loaded by a server that has these libraries already.
        sample: library-not-linked-against-libc *
        sample: shared-library-lacks-prerequisites *
        # The only question is asked when the package is purged.
        sample: no-debconf-config
        # Licences are in the words of the source.
        sample: copyright-file-contains-full-gpl-license
        sample: copyright-not-using-common-license-for-gpl
        sample: copyright-not-using-common-license-for-lgpl
        # Licences are in the words of the source.
        sample: copyright-file-contains-full-apache-2-license
        sample: copyright-not-using-common-license-for-apache2

        """,
        DebTexts.Overrides("sample", [Plain with { Runpath = "$ORIGIN" }, Plain with { Libraries = [] }], asksOnPurge: true, "GNU General Public License, Apache License"));
}
