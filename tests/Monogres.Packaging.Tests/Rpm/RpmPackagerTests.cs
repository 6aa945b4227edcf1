using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Rpm;

namespace Monogres.Packaging.Tests.Rpm;

public class RpmPackagerTests
{
    private static readonly PackageRequests Requests = new();

    [Fact]
    public void What_is_packed_is_a_portable_payload_by_rpm_of_the_pinned_packages()
    {
        var step = Assert.IsType<RunStep>(Assert.Single(new RpmPackager().StepsOf(Requests.Server)));
        var tree = Assert.IsType<DeriveStep>(Assert.IsType<PickStep>(step.Inputs[1]).Inputs[0]);
        Assert.IsType<RpmTree>(tree.Function);
        Assert.Equal($"{SmallPayload.Target} portable", tree.Inputs[0].Name.ToString());
    }

    [Fact]
    public void A_module_is_in_the_packages_of_its_server() => Assert.Empty(new RpmPackager().StepsOf(Requests.Server with { HasOwnBuild = false }));

    [Fact]
    public void The_command_depends_on_the_date_and_on_nothing_of_this_machine()
    {
        static Digest KeyOf(Formats.PackageRequest request) => new RpmPackager().StepsOf(request).Single().Key;
        Assert.Equal(KeyOf(Requests.Server), KeyOf(Requests.Server));
        Assert.NotEqual(KeyOf(Requests.Server), KeyOf(Requests.Server with { SourceDate = Requests.Server.SourceDate.AddSeconds(1) }));
    }

    [Theory]
    [InlineData("amd64", "x86_64", "x86-64")]
    [InlineData("arm64", "aarch64", "aarch-64")]
    public void Processors_have_the_names_of_rpm(string architecture, string name, string isa) => Assert.Equal(new RpmPlatform(name, isa, "2.31"), PlatformOf(architecture));

    [Fact]
    public void A_payload_for_a_processor_that_rpm_has_no_name_for_is_refused() =>
        Assert.Equal("rpm packages are not made for the processor `riscv64`", Assert.Throws<UserErrorException>(() => PlatformOf("riscv64")).Message);

    private static RpmPlatform PlatformOf(string architecture) => RpmPlatform.Of(Requests.Server.Platform() with { Architecture = architecture, Glibc = "2.31" });

    private sealed class PackageRequests
    {
        public Formats.PackageRequest Server { get; } = SmallPayload.Of(Monogres.Testing.SmallEngine.File($"{SmallPayload.Prefix}/bin/postgres", SmallPayload.Program));
    }
}
