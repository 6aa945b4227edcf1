using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Tests.Binaries;

namespace Monogres.Payloads.Tests.Extensions.Checks;

/// <summary>The checks that ask one thing of every program and library.</summary>
public class BinaryCheckTests
{
    [Fact]
    public void An_executable_stack_is_found_and_an_ordinary_one_passes()
    {
        Assert.Equal(["error executable-stack: lib/sample.so: it requires an executable stack"], Payloads.Find<ExecutableStackCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder { StackFlags = 7 }.Build()))));
        Assert.Empty(Payloads.Find<ExecutableStackCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder().Build()), Installed.File("share/x", "text"))));
    }

    [Fact]
    public void Relocations_in_code_are_found_and_a_library_without_passes()
    {
        Assert.Equal(["error text-relocations: lib/sample.so: it has relocations in its code"], Payloads.Find<TextRelocationsCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder { TextRelocationFlag = true }.Build()))));
        Assert.Empty(Payloads.Find<TextRelocationsCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder().Build()), Installed.File("share/x", "text"))));
    }

    [Theory]
    [InlineData("/build/out/usr/lib", "`/build/out/usr/lib` in its RUNPATH is outside the prefix")]
    [InlineData("$ORIGIN/../../../..", "`$ORIGIN/../../../..` in its RUNPATH leads out of the prefix")]
    [InlineData("/usr/lib/postgresql/17/lib:", "an entry of its RUNPATH is empty, which means the working directory of the process")]
    [InlineData("lib", "`lib` in its RUNPATH is relative to the working directory of the process")]
    [InlineData("/usr/lib/R/lib", "`/usr/lib/R/lib` in its RUNPATH is outside the prefix")]
    public void A_RUNPATH_that_leads_out_of_the_prefix_is_found(string runpath, string text) =>
        Assert.Equal([$"error runpath: lib/sample.so: {text}"], Payloads.Find<RunpathCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder { Runpath = runpath }.Build()))));

    [Theory]
    [InlineData(null)]
    [InlineData("$ORIGIN")]
    [InlineData("${ORIGIN}/../lib:$ORIGIN/..")]
    [InlineData("/usr/lib/postgresql/17/lib")]
    [InlineData("/usr/lib/x86_64-linux-gnu:/lib:/usr/lib/x86_64-linux-gnu/")]
    public void A_RUNPATH_within_the_prefix_or_to_the_system_s_directories_passes(string? runpath) =>
        Assert.Empty(Payloads.Find<RunpathCheck>(Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder { Runpath = runpath }.Build()))));

    [Fact]
    public void A_RUNPATH_to_a_declared_library_passes() => Assert.Empty(Payloads.Find<RunpathCheck>(
        Payloads.Of(Installed.File("lib/sample.so", new ElfBuilder { Runpath = "/usr/lib/R/lib" }.Build())) with { Links = [Payloads.Link with { UsedDirectories = ["/usr/lib/R/lib"] }] }));
}
