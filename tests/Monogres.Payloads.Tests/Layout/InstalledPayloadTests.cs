using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Payloads.Layout;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Payloads.Tests.Extensions;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Layout;

public class InstalledPayloadTests
{
    private const string Target = "test";

    private static readonly RelativePath Prefix = Installed.Prefix;

    private static readonly TestTree Payload = new TestTree()
        .WithFile($"{Prefix}/bin/psql", "#!/bin/sh\n", executable: true).WithSymlink($"{Prefix}/lib/libpq.so", "libpq.so.5").WithDirectory($"{Prefix}/share/empty");

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_payload_is_the_prefix_with_all_below_it_and_nothing_else()
    {
        var output = Payload.WithFile($"{InstalledPayload.SymbolsDirectory}/.build-id/ab/cd.debug", "debug information").WithFile("usr/share/doc/readme", "read me");
        Assert.Equal(Payload, await TakeAsync(output, prefixOnly: false));
    }

    [Fact]
    public async Task Debug_information_does_not_change_the_payload()
    {
        var with = await ApplyAsync(Payload.WithFile($"{InstalledPayload.SymbolsDirectory}/.build-id/ab/cd.debug", "debug information"), prefixOnly: true);
        Assert.Equal(await ApplyAsync(Payload, prefixOnly: true), with);
    }

    [Theory]
    [InlineData("usr/local/bin/postgres")]
    [InlineData("usr/lib/postgresql/170/bin/postgres")]
    [InlineData("usr/lib/debug/.build-id/ab/cd.debug")]
    public async Task A_build_that_installs_nothing_at_the_prefix_is_the_fault_of_its_style(string path)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync(new TestTree().WithFile(path, ""), prefixOnly: false));
        Assert.Equal($"the build of `{Target}` installed nothing in `/{Prefix}`", error.Message);
    }

    [Fact]
    public async Task Files_of_an_extension_outside_of_the_prefix_are_listed()
    {
        var output = Payload.WithFile("usr/share/b", "").WithFile("usr/bin/a", "").WithDirectory("var/lib").WithSymlink("usr/share/c", "b");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync(output, prefixOnly: true));
        Assert.Equal($"the build of `{Target}` installed files outside of `/{Prefix}`", error.Message);
        Assert.Equal(["/usr/bin/a", "/usr/share/b", "/usr/share/c"], error.Details.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_needs_more_than_the_platform_promises_is_refused()
    {
        var platform = await PlatformAsync();
        var output = await Installed.PutAsync(_blobs, Prefix, Cancel, ("bin/postgres", new ElfBuilder
        {
            Program = true, Needed = ["libc.so.6"], Symbols = [new("memcpy", Defined: false, Version: "GLIBC_2.99")],
        }.Build()));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Function(platform, prefixOnly: false).OfAsync(Store, Cancel, output));
        Assert.Equal($"what `{Target}` gave exceeds the ABI baseline of debian12-amd64", error.Message);
        Assert.Equal(["GLIBC 2.99 is needed, and debian12-amd64 promises 2.36"], error.Details);
        Assert.Equal("build with libraries of the platform only, or correct `symbol_versions` in platforms/debian12-amd64/platform.json", error.Hint);
    }

    [Fact]
    public async Task Whatever_the_payload_depends_on_makes_it_another_function_and_nothing_else_does()
    {
        var platform = await PlatformAsync();
        Digest[] keys =
        [
            Function(platform, prefixOnly: false).Key(),
            Function(platform, prefixOnly: true).Key(),
            new InstalledPayload(RelativePath.Parse("usr/lib/postgresql/18"), platform, prefixOnly: false).Key(),
            Function(platform with { Architecture = "arm64" }, prefixOnly: false).Key(),
            Function(platform with { SymbolVersions = platform.SymbolVersions.SetItem("GLIBC", "2.31") }, prefixOnly: false).Key(),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], new InstalledPayload(Prefix, platform with { Summary = "another" }, prefixOnly: false).Key());
    }

    private TreeStore Store => new(_blobs, new MemoryMemo());

    private static InstalledPayload Function(Platform platform, bool prefixOnly) => new(Prefix, platform, prefixOnly);

    private async Task<Digest> ApplyAsync(TestTree output, bool prefixOnly) =>
        await Function(await PlatformAsync(), prefixOnly).OfAsync(Store, Cancel, await output.PutAsync(_blobs, Cancel));

    private async Task<TestTree> TakeAsync(TestTree output, bool prefixOnly) => await TestTree.ReadAsync(_blobs, await ApplyAsync(output, prefixOnly), Cancel);

    private static async Task<Platform> PlatformAsync() =>
        (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
}
