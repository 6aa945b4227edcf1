using Monogres.Platforms.Contents;

namespace Monogres.Platforms.Tests.Contents;

public class WantedFileTests
{
    [Theory]
    [InlineData("sodium.h", WantedKind.Header, "sodium.h")]
    [InlineData("uriparser/Uri.h", WantedKind.Header, "uriparser/Uri.h")]
    [InlineData("boost/config.hpp", WantedKind.Header, "boost/config.hpp")]
    [InlineData("-lsodium", WantedKind.Library, "sodium")]
    [InlineData("libsodium.pc", WantedKind.Module, "libsodium")]
    [InlineData("libsodium.so.23", WantedKind.SharedLibrary, "libsodium.so.23")]
    [InlineData("xxd", WantedKind.Program, "xxd")]
    [InlineData("-l", WantedKind.Program, "-l")]
    public void What_is_wanted_is_told_by_how_it_is_written(string text, WantedKind kind, string name)
    {
        var file = WantedFile.Parse(text);
        Assert.Equal(new WantedFile(kind, name), file);
        Assert.Equal(text, file.ToString());
    }

    [Theory]
    [InlineData("gdal.h", "usr/include/gdal.h", 0)]
    [InlineData("gdal.h", "usr/include/x86_64-linux-gnu/gdal.h", 0)]
    [InlineData("gdal.h", "usr/include/gdal/gdal.h", 1)]
    [InlineData("gdal.h", "usr/include/a/b/gdal.h", 2)]
    [InlineData("gdal.h", "usr/include/a/b/c/gdal.h", null)]
    [InlineData("gdal.h", "usr/include/ogdal.h", null)]
    [InlineData("gdal.h", "usr/lib/gdal.h", null)]
    [InlineData("-lgdal", "usr/lib/x86_64-linux-gnu/libgdal.so", 0)]
    [InlineData("-lgdal", "usr/lib/libgdal.so", 0)]
    [InlineData("-lgdal", "usr/lib/x86_64-linux-gnu/other/libgdal.so", null)]
    [InlineData("-lgdal", "usr/lib/aarch64-linux-gnu/libgdal.so", null)]
    [InlineData("gdal.pc", "usr/lib/x86_64-linux-gnu/pkgconfig/gdal.pc", 0)]
    [InlineData("gdal.pc", "usr/share/pkgconfig/gdal.pc", 0)]
    [InlineData("gdal-config", "usr/bin/gdal-config", 0)]
    [InlineData("gdal-config", "usr/share/gdal-config", null)]
    [InlineData("libgdal.so.32", "usr/lib/x86_64-linux-gnu/libgdal.so.32", 0)]
    public void A_path_fits_where_compiler_linker_and_shell_look(string wanted, string path, int? rank) =>
        Assert.Equal(rank, WantedFile.Parse(wanted).Rank(path, "x86_64-linux-gnu"));
}
