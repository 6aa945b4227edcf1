using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Testing.Properties;

namespace Monogres.Packaging.Tests;

public class LicensedPayloadTests
{
    private const string Documentation = "usr/lib/postgresql/15/share/doc/postgres";

    private readonly SmallPacking _packing = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Digest> PutAsync(TestTree tree) => await tree.PutAsync(_packing.Engine.Blobs, Cancel);

    private async Task<Digest> ApplyAsync(TestTree payload, TestTree source)
    {
        var request = SmallPayload.Of(await SmallPayload.StepAsync(payload, _packing.Engine.Blobs, Cancel)) with { Source = await SmallPayload.StepAsync(source, _packing.Engine.Blobs, Cancel) };
        return (await _packing.Engine.Engine.GetAsync(LicensedPayload.StepOf(request), Cancel)).Tree;
    }

    [Fact]
    public async Task The_files_of_the_source_that_state_its_licence_are_beside_the_documentation()
    {
        var source = new TestTree().WithFile("COPYRIGHT", "Free.\n").WithFile("LICENSES/MIT.txt", "MIT\n").WithFile("README", "Read me.\n").WithFile("src/LICENSE", "Of a part.\n");
        Assert.Equal(
            await PutAsync(SmallPayload.Files.WithFile($"{Documentation}/COPYRIGHT", "Free.\n").WithFile($"{Documentation}/LICENSES/MIT.txt", "MIT\n")),
            await ApplyAsync(SmallPayload.Files, source));
    }

    [Fact]
    public async Task What_the_payload_has_there_stays()
    {
        var payload = SmallPayload.Files.WithFile($"{Documentation}/COPYRIGHT", "Installed.\n").WithFile($"{Documentation}/manual", "Text.\n");
        Assert.Equal(await PutAsync(payload), await ApplyAsync(payload, new TestTree().WithFile("COPYRIGHT", "Free.\n")));
    }

    [Fact]
    public async Task A_source_without_licence_adds_nothing() =>
        Assert.Equal(await PutAsync(SmallPayload.Files), await ApplyAsync(SmallPayload.Files, new TestTree().WithFile("README", "Read me.\n")));

    [Fact]
    public async Task Of_an_empty_payload_there_is_nothing_to_license()
    {
        var source = new TestTree().WithFile("COPYRIGHT", "Free.\n");
        Assert.Equal(Digest.Empty, await ApplyAsync(new TestTree(), source));
        var elsewhere = new TestTree().WithFile("etc/file", "x");
        Assert.Equal(await PutAsync(elsewhere), await ApplyAsync(elsewhere, source));
    }
}
