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

    private static ProjectName? Server => null;

    private static readonly ProjectName? Extension = ProjectName.Parse("tiny");

    private static readonly RelativePath Prefix = Installed.Prefix;

    private static readonly TestTree Payload = new TestTree()
        .WithFile($"{Prefix}/bin/psql", "#!/bin/sh\n", executable: true).WithSymlink($"{Prefix}/lib/libpq.so", "libpq.so.5").WithDirectory($"{Prefix}/share/empty");

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_payload_is_the_prefix_with_all_below_it_and_nothing_else()
    {
        var output = Payload.WithFile($"{InstalledPayload.SymbolsDirectory}/.build-id/ab/cd.debug", "debug information").WithFile("usr/share/doc/readme", "read me");
        Assert.Equal(Payload, await TakeAsync(output, Server));
    }

    [Fact]
    public async Task Debug_information_does_not_change_the_payload()
    {
        var with = await ApplyAsync(Payload.WithFile($"{InstalledPayload.SymbolsDirectory}/.build-id/ab/cd.debug", "debug information"), Extension);
        Assert.Equal(await ApplyAsync(Payload, Extension), with);
    }

    [Theory]
    [InlineData("usr/local/bin/postgres")]
    [InlineData("usr/lib/postgresql/170/bin/postgres")]
    [InlineData("usr/lib/debug/.build-id/ab/cd.debug")]
    public async Task A_build_that_installs_nothing_at_the_prefix_is_the_fault_of_its_style(string path)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync(new TestTree().WithFile(path, ""), Server));
        Assert.Equal($"the build of `{Target}` installed nothing in `/{Prefix}`", error.Message);
    }

    [Fact]
    public async Task Files_of_an_extension_outside_of_the_prefix_are_listed()
    {
        var output = Payload.WithFile("usr/share/b", "").WithFile("usr/bin/a", "").WithDirectory("var/lib").WithSymlink("usr/share/c", "b");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync(output, Extension));
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
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Function(platform, Server).OfAsync(Store, Cancel, output));
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
            Function(platform, Server).Key(),
            Function(platform, Extension).Key(),
            Function(platform, ProjectName.Parse("other")).Key(),
            new InstalledPayload(RelativePath.Parse("usr/lib/postgresql/18"), platform, Server).Key(),
            Function(platform with { Architecture = "arm64" }, Server).Key(),
            Function(platform with { SymbolVersions = platform.SymbolVersions.SetItem("GLIBC", "2.31") }, Server).Key(),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], new InstalledPayload(Prefix, platform with { Summary = "another" }, Server).Key());
    }

    [Theory]
    [InlineData("share/doc/extension/README.md", "README.md")]
    [InlineData("share/doc/contrib/README.md", "README.md")]
    [InlineData("share/doc/README.md", "README.md")]
    [InlineData("share/doc/tiny/README.md", "README.md")]
    [InlineData("share/doc/extension/tiny/README.md", "README.md")]
    [InlineData("share/doc/tiny-1.0/html/index.html", "tiny-1.0/html/index.html")]
    [InlineData("share/doc/extension/html/README.md", "html/README.md")]
    public async Task Documentation_of_an_extension_is_in_a_directory_of_its_own(string installed, string place)
    {
        var output = Payload.WithFile($"{Prefix}/{installed}", "read me").WithFile($"{Prefix}/share/extension/tiny.control", "");
        var taken = await TakeAsync(output, Extension);
        Assert.Equal(Payload.WithFile($"{Prefix}/share/extension/tiny.control", "").WithFile($"{Prefix}/share/doc/extension/tiny/{place}", "read me"), taken);
    }

    [Fact]
    public async Task Documentation_of_a_server_stays_where_it_is()
    {
        var output = Payload.WithFile($"{Prefix}/share/doc/extension/refint.example", "example");
        Assert.Equal(output, await TakeAsync(output, Server));
    }

    [Fact]
    public async Task Links_from_and_to_documentation_still_lead_where_they_did()
    {
        var taken = await TakeAsync(
            Payload.WithFile($"{Prefix}/share/doc/extension/README.md", "read me").WithSymlink($"{Prefix}/share/doc/extension/README", "README.md")
                .WithSymlink($"{Prefix}/share/doc/extension/psql", "../../../bin/psql").WithSymlink($"{Prefix}/share/doc/extension/libc", "../../../../../../libc.so.6")
                .WithSymlink($"{Prefix}/share/readme", "doc/extension/README.md").WithSymlink($"{Prefix}/share/docs", "doc"),
            Extension);
        Assert.Equal(
            Payload.WithFile($"{Prefix}/share/doc/extension/tiny/README.md", "read me").WithSymlink($"{Prefix}/share/doc/extension/tiny/README", "README.md")
                .WithSymlink($"{Prefix}/share/doc/extension/tiny/psql", "../../../../bin/psql").WithSymlink($"{Prefix}/share/doc/extension/tiny/libc", "../../../../../../../libc.so.6")
                .WithSymlink($"{Prefix}/share/readme", "doc/extension/tiny/README.md").WithSymlink($"{Prefix}/share/docs", "doc/extension/tiny"),
            taken);
    }

    [Fact]
    public async Task Two_different_documents_that_belong_at_one_path_are_refused()
    {
        var once = Payload.WithFile($"{Prefix}/share/doc/extension/README.md", "one");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync(once.WithFile($"{Prefix}/share/doc/tiny/README.md", "two"), Extension));
        Assert.Equal($"the build of `{Target}` installed documentation of one name in two directories: `/{Prefix}/share/doc/extension/tiny/README.md` would be two different files", error.Message);
        Assert.Equal(await ApplyAsync(once, Extension), await ApplyAsync(once.WithFile($"{Prefix}/share/doc/tiny/README.md", "one"), Extension));
    }

    [Theory]
    [InlineData("lib/pkgconfig/libpq.pc", "prefix=/PREFIX\nexec_prefix=${prefix}\nlibdir=${exec_prefix}/lib\n", "prefix=${pcfiledir}/../..\nexec_prefix=${prefix}\nlibdir=${exec_prefix}/lib\n")]
    [InlineData("lib/x86_64-linux-gnu/pkgconfig/x.pc", "prefix = /PREFIX/\n", "prefix=${pcfiledir}/../../..\n")]
    [InlineData("lib/pkgconfig/x.pc", "prefix=/PREFIX\nlibdir=/PREFIX/lib\nLibs: -L/PREFIX/lib -Wl,-rpath,/PREFIX/lib -lx", "prefix=${pcfiledir}/../..\nlibdir=${prefix}/lib\nLibs: -L${prefix}/lib -Wl,-rpath,${prefix}/lib -lx")]
    [InlineData("share/pkgconfig/x.pc", "Cflags: -I/PREFIX/include\n", "Cflags: -I${pcfiledir}/../../include\n")]
    [InlineData("lib/pkgconfig/x.pc", "prefix=/usr\nlibdir=/opt/PREFIX/lib\nother=/PREFIX0/lib\nName: \u00e9", "prefix=/usr\nlibdir=/opt/PREFIX/lib\nother=/PREFIX0/lib\nName: \u00e9")]
    [InlineData("share/x.pc", "prefix=/PREFIX\n", "prefix=/PREFIX\n")]
    [InlineData("lib/pkgconfig/readme", "prefix=/PREFIX\n", "prefix=/PREFIX\n")]
    public async Task Descriptions_for_pkg_config_find_the_prefix_from_where_they_are(string path, string installed, string taken)
    {
        TestTree With(string text) => Payload.WithFile($"{Prefix}/{path}", text.Replace("PREFIX", Prefix.Value, StringComparison.Ordinal));
        Assert.Equal(With(taken), await TakeAsync(With(installed), Server));
        Assert.Equal(With(taken), await TakeAsync(With(installed), Extension));
    }

    private TreeStore Store => new(_blobs, new MemoryMemo());

    private static InstalledPayload Function(Platform platform, ProjectName? extension) => new(Prefix, platform, extension);

    private async Task<Digest> ApplyAsync(TestTree output, ProjectName? extension) =>
        await Function(await PlatformAsync(), extension).OfAsync(Store, Cancel, await output.PutAsync(_blobs, Cancel));

    private async Task<TestTree> TakeAsync(TestTree output, ProjectName? extension) => await TestTree.ReadAsync(_blobs, await ApplyAsync(output, extension), Cancel);

    private static async Task<Platform> PlatformAsync() =>
        (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
}
