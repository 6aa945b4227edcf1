using System.Text;
using Monogres.Platforms.Contents;

namespace Monogres.Platforms.Tests.Contents;

public class ContentsIndexTests
{
    private const string Text = """
        bin/nc.openbsd                                          net/netcat-openbsd
        usr/bin/gdal-config                                     libdevel/libgdal-dev
        usr/include/cpl_error.h                                 libdevel/libcpl-dev
        usr/include/gdal/cpl_error.h                            libdevel/libgdal-dev
        usr/include/gdal/gdal.h                                 libdevel/libgdal-dev
        usr/include/sodium.h	libdevel/libsodium-dev
        usr/include/other/sodium.h                              libdevel/libother-dev
        usr/lib/x86_64-linux-gnu/libcurl.so                     libdevel/libcurl4-gnutls-dev,libdevel/libcurl4-openssl-dev
        usr/lib/x86_64-linux-gnu/libsodium.a                    libdevel/libsodium-dev
        usr/lib/x86_64-linux-gnu/libsodium.so                   libdevel/libsodium-dev
        usr/lib/x86_64-linux-gnu/libsodium.so.23                libs/libsodium23
        usr/lib/x86_64-linux-gnu/libsodium.so.23.3.0            libs/libsodium23
        usr/lib/x86_64-linux-gnu/pkgconfig/libsodium.pc         libdevel/libsodium-dev
        usr/lib/x86_64-linux-gnu/plugins/libsodium.so.23        libs/plugin
        usr/lib/libgdal.so                                      libdevel/libgdal-dev
        usr/lib/libgdal.so.28                                   libs/libgdal28
        usr/share/a name with blanks/sodium.h                   non-free/misc/odd
        """;

    [Theory]
    [InlineData("sodium.h", "libsodium-dev")]
    [InlineData("-lsodium", "libsodium-dev")]
    [InlineData("libsodium.pc", "libsodium-dev")]
    [InlineData("libsodium.so.23", "libsodium23")]
    [InlineData("nc.openbsd", "netcat-openbsd")]
    [InlineData("-lcurl", "libcurl4-gnutls-dev libcurl4-openssl-dev")]
    [InlineData("gdal.h", "libgdal-dev")]
    [InlineData("nothing.h", "")]
    [InlineData("nc", "")]
    public async Task A_file_is_found_with_the_packages_that_have_it_at_the_best_place(string wanted, string packages)
    {
        var file = WantedFile.Parse(wanted);
        Assert.Equal(packages, string.Join(' ', (await ReadAsync([file])).PackagesWith(file)));
    }

    [Fact]
    public async Task The_shared_libraries_of_a_development_package_are_in_other_packages()
    {
        var index = await ReadAsync([]);
        Assert.Equal(["libsodium23"], index.LibrariesOf("libsodium-dev"));
        Assert.Equal(["libgdal28"], index.LibrariesOf("libgdal-dev"));
        Assert.Empty(index.LibrariesOf("libcpl-dev"));
        Assert.True(index.HasLibraries("libsodium23"));
        Assert.False(index.HasLibraries("plugin"));
        Assert.False(index.HasLibraries("libsodium-dev"));
    }

    [Fact]
    public async Task Of_several_headers_the_package_that_has_most_of_them_is_meant()
    {
        WantedFile[] headers = [WantedFile.Parse("gdal.h"), WantedFile.Parse("cpl_error.h")];
        Assert.Equal(["libgdal-dev"], (await ReadAsync(headers)).PackagesWithMost(headers));
        Assert.Equal(["libcpl-dev"], (await ReadAsync([headers[1]])).PackagesWithMost([headers[1]]));
        Assert.Empty((await ReadAsync([])).PackagesWithMost([]));
    }

    [Fact]
    public async Task It_makes_no_difference_in_which_pieces_the_file_comes()
    {
        var file = WantedFile.Parse("libsodium.so.23");
        foreach (var piece in new[] { 1, 2, 7, 64, 100, 1000 })
        {
            using var text = new InPieces(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n")), piece);
            var index = await ContentsIndex.ReadAsync(text, [file], "x86_64-linux-gnu", CancellationToken.None);
            Assert.Equal(["libsodium23"], index.PackagesWith(file));
            Assert.Equal(["libsodium23"], index.LibrariesOf("libsodium-dev"));
            Assert.Equal(["libgdal28"], index.LibrariesOf("libgdal-dev"));
        }
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 2 << 20)));
        await Assert.ThrowsAsync<FormatException>(() => ContentsIndex.ReadAsync(text, [], "x86_64-linux-gnu", CancellationToken.None));
    }

    private static async Task<ContentsIndex> ReadAsync(IEnumerable<WantedFile> wanted)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n")));
        return await ContentsIndex.ReadAsync(text, wanted, "x86_64-linux-gnu", CancellationToken.None);
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class InPieces(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(piece, buffer.Length)]));
    }
}
