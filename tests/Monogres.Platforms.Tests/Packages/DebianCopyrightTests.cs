using Monogres.Core.Licenses;
using Monogres.Platforms.Packages;

namespace Monogres.Platforms.Tests.Packages;

public class DebianCopyrightTests
{
    private const string Head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: sample\n\n";

    [Theory]
    [InlineData("Expat", "MIT")]
    [InlineData("zlib", "Zlib")]
    [InlineData("GPL-2+", "GPL-2.0-or-later")]
    [InlineData("LGPL-2.1", "LGPL-2.1-only")]
    [InlineData("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later")]
    [InlineData("GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2")]
    [InlineData("GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note")]
    [InlineData("Artistic or GPL-1+", "Artistic-1.0 OR GPL-1.0-or-later")]
    [InlineData("BSD-3-clause and/or GPL-2", "BSD-3-Clause OR GPL-2.0-only")]
    [InlineData("GPL-2 or Expat and ISC", "GPL-2.0-only OR (MIT AND ISC)")]
    [InlineData("GPL-2 or Expat, and ISC", "(GPL-2.0-only OR MIT) AND ISC")]
    [InlineData("public-domain", "LicenseRef-debian-libsample1-public-domain")]
    [InlineData("MIT/X11 (the old one)", "LicenseRef-debian-libsample1-MIT-X11-the-old-one-")]
    [InlineData("GPL-2+ with a strange exception", "LicenseRef-debian-libsample1-GPL-2-with-a-strange-exception")]
    public void A_licence_has_the_name_of_SPDX_or_one_of_its_own(string license, string expected)
    {
        var read = DebianCopyright.LicenseOf("libsample1", $"{Head}Files: *\nCopyright: 2020 Someone\nLicense: {license}\n The text.\n .\n Of several paragraphs.\n");
        Assert.Equal(expected, read);
        Assert.True(SpdxExpression.TryParse(expected, out _, out var problem), problem);
    }

    [Fact]
    public void All_that_files_are_under_holds_and_texts_that_others_name_are_none_of_it() => Assert.Equal(
        "Apache-2.0 AND (BSD-3-Clause OR GPL-2.0-only)",
        DebianCopyright.LicenseOf("sample", $"{Head}Files: *\nCopyright: A\nLicense: Apache-2.0\n\nFiles: b/*\nCopyright: B\nLicense: BSD-3-clause or GPL-2\n\nFiles: c\nCopyright: C\nLicense: Apache-2.0\n\nLicense: GPL-2\n The text.\n"));

    [Theory]
    [InlineData("This package was debianized by hand. Its licence is the GPL.\n")]
    [InlineData("Format: https://example.org/another/\n\nFiles: *\nLicense: Expat\n")]
    [InlineData(Head)]
    [InlineData(Head + "Files: *\n no field\nwhat is this\n")]
    [InlineData("")]
    public void What_is_written_for_people_says_nothing(string text) => Assert.Null(DebianCopyright.LicenseOf("sample", text));
}
