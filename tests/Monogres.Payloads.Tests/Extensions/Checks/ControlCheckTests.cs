using Monogres.Core;
using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

/// <summary>The checks that look at control files and scripts.</summary>
public class ControlCheckTests
{
    [Fact]
    public void A_fixed_library_directory_is_found()
    {
        var fixedDirectory = Payloads.Extension with { ModulePathname = "$libdir/sample" };
        Assert.Equal(
            ["warning libdir-path: share/extension/sample.control: `module_pathname` is `$libdir/sample`, which is only found in the server's own directory"],
            Payloads.Find<LibdirPathCheck>(Payloads.Good with { Extensions = [fixedDirectory] }));
        Assert.Single(Payloads.Find<LibdirPathCheck>(Payloads.Good with { Server = PgVersion.Of(18, 0), Extensions = [fixedDirectory with { ModulePathname = "$libdir/deeper/sample" }] }));
    }

    [Fact]
    public void A_library_that_is_searched_for_passes_and_so_does_what_no_script_or_newer_server_cares_about()
    {
        Assert.Empty(Payloads.Find<LibdirPathCheck>(Payloads.Good with { Extensions = [Payloads.Extension, Payloads.Extension with { ModulePathname = null }] }));
        Assert.Empty(Payloads.Find<LibdirPathCheck>(Payloads.Good with { Extensions = [Payloads.Extension with { ModulePathname = "$libdir/sample", Modules = [] }] }));
        Assert.Empty(Payloads.Find<LibdirPathCheck>(Payloads.Good with { Server = PgVersion.Of(18, 0), Extensions = [Payloads.Extension with { ModulePathname = "$libdir/sample" }] }));
    }

    [Fact]
    public void A_version_without_an_update_is_found_and_a_whole_chain_passes()
    {
        Assert.Equal(
            ["warning update-path: share/extension/sample.control: there is no update path to 1.2 from 0.9, 1.0"],
            Payloads.Find<UpdatePathCheck>(Payloads.Good with { Extensions = [Payloads.Extension with { WithoutUpdate = ["0.9", "1.0"] }] }));
        Assert.Empty(Payloads.Find<UpdatePathCheck>(Payloads.Good with { Extensions = [Payloads.Extension] }));
    }
}
