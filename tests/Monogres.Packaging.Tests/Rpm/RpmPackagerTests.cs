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

    private sealed class PackageRequests
    {
        public Formats.PackageRequest Server { get; } = SmallPayload.Of(Monogres.Testing.SmallEngine.File($"{SmallPayload.Prefix}/bin/postgres", SmallPayload.Program));
    }
}
