using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Tests.Binaries;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public class AbsolutePathCheckTests
{
    [Fact]
    public void A_path_of_the_builder_in_any_file_is_found() => Assert.Equal(
        [
            "warning absolute-path: lib/pkgconfig/x.pc: it contains a path of the build, `/build/src/include`",
            "warning absolute-path: lib/sample.so: it contains a path of the build, `/build/src/src/sample.c` (2 times)",
        ],
        Payloads.Find<AbsolutePathCheck>(Payloads.Of(
            Installed.File("lib/sample.so", new ElfBuilder { Data = "\0/build/src/src/sample.c\0/build/src/x.c\0" }.Build()),
            Installed.File("lib/pkgconfig/x.pc", "Cflags: -I/build/src/include\n"))));

    [Fact]
    public void The_prefix_in_a_script_is_found() => Assert.Equal(
        ["warning absolute-path: share/extension/unit--7.sql: it contains the prefix, `/usr/lib/postgresql/17/share/extension/unit.data`"],
        Payloads.Find<AbsolutePathCheck>(Payloads.Of(Installed.File("share/extension/unit--7.sql", "COPY unit FROM '/usr/lib/postgresql/17/share/extension/unit.data';"))));

    [Fact]
    public void Other_paths_and_the_prefix_in_a_library_pass() => Assert.Empty(Payloads.Find<AbsolutePathCheck>(Payloads.Of(
        Installed.File("lib/sample.so", new ElfBuilder { Runpath = "/usr/lib/postgresql/17/lib", Data = "\0src/sample.c\0" }.Build()),
        Installed.File("share/extension/sample--1.sql", "-- cmake/build/src/x /build/srcs /usr/lib/postgresql/171 /usr/share\n"))));
}
