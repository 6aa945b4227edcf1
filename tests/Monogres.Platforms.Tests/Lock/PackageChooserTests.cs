using System.Text;
using Monogres.Platforms.Contents;
using Monogres.Platforms.Lock;

namespace Monogres.Platforms.Tests.Lock;

public class PackageChooserTests
{
    private static readonly string[] Packages =
    [
        "libsodium-dev 1 Depends: libsodium23 (= 1)", "libsodium23 1", "freetds-dev 1 Depends: freetds-common, libct4 (= 1), libsybdb5 (= 1)", "libct4 1", "libsybdb5 1", "freetds-common 1",
        "libcurl4-gnutls-dev 1 Depends: libcurl3-gnutls (= 1)", "libcurl4-openssl-dev 1 Depends: libcurl4 (= 1)", "libcurl4 1", "libcurl3-gnutls 1", "uthash-dev 1", "xxd 1", "libblas-dev 1 Depends: libblas3 (= 1)", "libblas3 1",
    ];

    private const string Contents = """
        usr/bin/xxd editors/xxd
        usr/include/curl/curl.h libdevel/libcurl4-gnutls-dev,libdevel/libcurl4-openssl-dev
        usr/include/sodium.h libdevel/libsodium-dev
        usr/include/sybdb.h devel/freetds-dev
        usr/include/uthash.h devel/uthash-dev
        usr/lib/x86_64-linux-gnu/blas/libblas.so libdevel/libblas-dev
        usr/lib/x86_64-linux-gnu/libct.so devel/freetds-dev
        usr/lib/x86_64-linux-gnu/libct.so.4 libs/libct4
        usr/lib/x86_64-linux-gnu/libcurl.so libdevel/libcurl4-gnutls-dev,libdevel/libcurl4-openssl-dev
        usr/lib/x86_64-linux-gnu/libcurl.so.4 libs/libcurl4
        usr/lib/x86_64-linux-gnu/libsodium.so libdevel/libsodium-dev
        usr/lib/x86_64-linux-gnu/libsodium.so.23 libs/libsodium23
        usr/lib/x86_64-linux-gnu/libsybdb.so devel/freetds-dev
        usr/lib/x86_64-linux-gnu/libsybdb.so.5 libs/libsybdb5
        """;

    [Theory]
    [InlineData("sodium.h -lsodium", "libsodium-dev", "libsodium23")]
    [InlineData("sodium.h", "libsodium-dev", "libsodium23")]
    [InlineData("-lsybdb", "freetds-dev", "libct4 libsybdb5")]
    [InlineData("libsodium.so.23", "libsodium23", "libsodium23")]
    [InlineData("uthash.h", "uthash-dev", "")]
    [InlineData("-lblas", "libblas-dev", "")]
    [InlineData("absent.h -lsodium", "libsodium-dev", "libsodium23")]
    public async Task A_library_is_built_with_its_development_package_and_runs_with_that_of_its_shared_library(string files, string build, string runtime) =>
        Assert.Equal((build, runtime), Words(await ChooseAsync(new PackageAsk("it", Files(files)))));

    [Fact]
    public async Task A_program_is_needed_by_the_build_alone()
    {
        var found = Assert.IsType<PackageAnswer.Found>(await ChooseAsync(new PackageAsk("xxd", Files("xxd")) { IsTool = true }));
        Assert.Equal(["xxd"], found.Build);
        Assert.Empty(found.Runtime);
        Assert.True(found.HasPrograms);
    }

    [Fact]
    public async Task Which_of_several_packages_is_meant_is_not_guessed()
    {
        var several = Assert.IsType<PackageAnswer.Several>(await ChooseAsync(new PackageAsk("curl", Files("-lcurl"))));
        Assert.Equal(["libcurl4-gnutls-dev", "libcurl4-openssl-dev"], several.Packages);
        Assert.IsType<PackageAnswer.Several>(await ChooseAsync(new PackageAsk("curl", Files("curl/curl.h"))));
    }

    [Fact]
    public async Task Of_several_packages_one_that_is_wanted_already_is_meant() =>
        Assert.Equal(("libcurl4-openssl-dev", "libcurl4"), Words(await ChooseAsync(new PackageAsk("curl", Files("-lcurl curl/curl.h")), preferred: "libcurl4-openssl-dev")));

    [Fact]
    public async Task What_no_package_has_is_nowhere()
    {
        Assert.Null(Assert.IsType<PackageAnswer.Nowhere>(await ChooseAsync(new PackageAsk("scws", Files("scws.h -lscws")))).Missing);
        Assert.Equal("libscws-dev", Assert.IsType<PackageAnswer.Nowhere>(await ChooseAsync(new PackageAsk("scws", []) { Packages = ["libscws-dev"] })).Missing);
    }

    [Fact]
    public void Without_contents_the_shared_libraries_are_those_that_a_package_depends_on_in_its_own_version()
    {
        var answer = new PackageChooser(contents: null, Archives.Of(Packages).Find, _ => null, _ => false).Choose(new PackageAsk("freetds", []) { Packages = ["freetds-dev"] });
        Assert.Equal(("freetds-dev", "libct4 libsybdb5"), Words(answer));
    }

    private static System.Collections.Immutable.ImmutableArray<WantedFile> Files(string words) => [.. words.Split(' ').Select(WantedFile.Parse)];

    private static (string, string) Words(PackageAnswer answer) =>
        Assert.IsType<PackageAnswer.Found>(answer) is var found ? (string.Join(' ', found.Build), string.Join(' ', found.Runtime)) : default;

    private static async Task<PackageAnswer> ChooseAsync(PackageAsk ask, string? preferred = null)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(Contents.ReplaceLineEndings("\n")));
        var contents = await ContentsIndex.ReadAsync(text, ask.Files, "x86_64-linux-gnu", CancellationToken.None);
        return new PackageChooser(contents, Archives.Of(Packages).Find, file => file == new WantedFile(WantedKind.Library, "blas") ? "libblas-dev" : null, name => string.Equals(name, preferred, StringComparison.Ordinal)).Choose(ask);
    }
}
