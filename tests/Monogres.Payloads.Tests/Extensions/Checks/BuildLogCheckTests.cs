using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

/// <summary>The checks that read the log of the build.</summary>
public class BuildLogCheckTests
{
    [Theory]
    [InlineData("gcc -O2 -march=native -c x.c", "-march=native")]
    [InlineData("cc -mtune=native", "-mtune=native")]
    [InlineData("make OPTFLAGS='-mcpu=native'", "-mcpu=native")]
    [InlineData("rustc -C target-cpu=native x.rs", "-C target-cpu=native")]
    public void A_flag_for_the_processor_at_hand_is_found(string line, string flag) =>
        Assert.Equal([$"error native-cpu: `{flag}` is in a line of the build log"], Payloads.Find<NativeCpuCheck>(Payloads.Good with { BuildLog = ["== make", line] }));

    [Fact]
    public void A_flag_in_many_lines_is_found_once() =>
        Assert.Equal(["error native-cpu: `-march=native` is in 2 lines of the build log"], Payloads.Find<NativeCpuCheck>(Payloads.Good with { BuildLog = ["cc -march=native a.c", "cc -march=native b.c"] }));

    [Theory]
    [InlineData("checking whether gcc accepts -march=native... no")]
    [InlineData("-- Performing Test HAS_MARCH -march=native - Failed")]
    [InlineData("gcc -march=native-like -o x-march=native x.c")]
    public void What_is_only_tried_or_only_looks_alike_passes(string line) => Assert.Empty(Payloads.Find<NativeCpuCheck>(Payloads.Good with { BuildLog = [line] }));

    [Theory]
    [InlineData("/usr/bin/install -c -m 4755 helper /usr/bin", "install -c -m 4755 helper /usr/bin")]
    [InlineData("install -m2755 helper /usr/bin", "install -m2755 helper /usr/bin")]
    [InlineData("install --mode=u+s helper /usr/bin", "install --mode=u+s helper /usr/bin")]
    [InlineData("chmod -R 06755 /build/out/bin", "chmod -R 06755 /build/out/bin")]
    [InlineData("  chmod g+s helper", "chmod g+s helper")]
    public void A_set_user_id_bit_is_found(string line, string command) =>
        Assert.Equal([$"warning set-uid: the build log contains `{command}`"], Payloads.Find<SetUidCheck>(Payloads.Good with { BuildLog = [line, line] }));

    [Theory]
    [InlineData("/usr/bin/install -c -m 755 a.so '/build/out/lib/a.so'")]
    [InlineData("/usr/bin/install -c -m 644 .//a.control x-2.4755.sql")]
    [InlineData("install -m 0755 a b")]
    [InlineData("install -m 1777 a b")]
    [InlineData("chmod 0644 a")]
    [InlineData("chmod u+x settings")]
    [InlineData("make install-strip -m")]
    public void Other_permissions_pass(string line) => Assert.Empty(Payloads.Find<SetUidCheck>(Payloads.Good with { BuildLog = [line] }));
}
