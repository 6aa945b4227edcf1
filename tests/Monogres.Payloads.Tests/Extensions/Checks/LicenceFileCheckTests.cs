using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public class LicenceFileCheckTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("licensed.c")]
    [InlineData("copyings")]
    public void A_source_without_a_licence_is_found(string file) => Assert.Equal(
        ["warning licence-file: no file at the top of the source is named LICENSE, COPYING or COPYRIGHT"], Payloads.Find<LicenceFileCheck>(Payloads.Good with { SourceNames = ["Makefile", file] }));

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("License.txt")]
    [InlineData("LICENCE.md")]
    [InlineData("COPYING-LGPL")]
    [InlineData("COPYRIGHT")]
    [InlineData("LICENSES")]
    public void A_licence_under_a_usual_name_passes(string file) => Assert.Empty(Payloads.Find<LicenceFileCheck>(Payloads.Good with { SourceNames = ["Makefile", file] }));
}
