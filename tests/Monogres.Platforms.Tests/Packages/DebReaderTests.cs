using Monogres.Platforms.Packages;
using Monogres.Platforms.Tests.Archives;
using Monogres.Store.Archives;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Packages;

public class DebReaderTests
{
    private static readonly byte[] Data = new TarBuilder().Directory("./").File("./usr/bin/true", "t", executable: true).ToArray();

    [Fact]
    public async Task The_installed_files_become_a_tree() => Assert.Equal(["d usr", "d usr/bin", "x usr/bin/true = t"], await ListAsync(DebBuilder.Around(Data)));

    [Fact]
    public async Task Members_with_an_underscore_are_passed_over()
    {
        var deb = new DebBuilder().Member("debian-binary", "2.0\n"u8).Member("_odd", "x"u8).Member("control.tar.gz", "not read"u8).Member("_more/", ""u8)
            .Member("data.tar/", Data).Member("_gpgorigin", "sig"u8).ToArray();
        Assert.Equal(3, (await ListAsync(deb)).Length);
    }

    public static TheoryData<string, byte[]> WrongPackages => new()
    {
        { "the file is not an ar archive", [] },
        { "the file is not an ar archive", "!<arch>"u8.ToArray() },
        { "the file is not an ar archive", "PK\u0003\u0004 something else"u8.ToArray() },
        { "the package begins with `` instead of `debian-binary`", new DebBuilder().ToArray() },
        { "the package begins with `control.tar` instead of `debian-binary`", new DebBuilder().Member("control.tar", "2.0\n"u8).ToArray() },
        { "entry `debian-binary` does not say that this is version 2.0 of the package format", new DebBuilder().Member("debian-binary", "3.0\n"u8).ToArray() },
        { "entry `debian-binary` does not say that this is version 2.0 of the package format", new DebBuilder().Member("debian-binary", "2.0\nx"u8).ToArray() },
        { "entry `debian-binary` does not say that this is version 2.0 of the package format", new DebBuilder().Member("debian-binary", ""u8).ToArray() },
        { "the package ends before its member `control.tar`", Start().ToArray() },
        { "entry `data.tar` stands where `control.tar` is expected", Start().Member("data.tar", Data).Member("control.tar", ""u8).ToArray() },
        { "the package ends before its member `data.tar`", Start().Member("control.tar", ""u8).ToArray() },
        { "entry `control.tar` stands where `data.tar` is expected", Start().Member("control.tar", ""u8).Member("control.tar", ""u8).ToArray() },
        { "entry `data.tar.lzma` has a compression that is not supported", Start().Member("control.tar", ""u8).Member("data.tar.lzma", Data).ToArray() },
        { "entry `data.tar` follows the last member of the package", Start().Member("control.tar", ""u8).Member("data.tar", Data).Member("data.tar", Data).ToArray() },
        { "entry `control.tar` has a size that is not a number", Start().Member("control.tar", ""u8, size: "-1").ToArray() },
        { "entry `control.tar` has a size that is not a number", Start().Member("control.tar", ""u8, size: "0x10").ToArray() },
        { "entry `control.tar` has a size that is not a number", Start().Member("control.tar", ""u8, size: "").ToArray() },
        { "entry `control.tar` ends 9999999999 bytes early: the ar archive is truncated", Start().Member("control.tar", ""u8, size: "9999999999").ToArray() },
        { "the ar archive is damaged: no member's header where one is expected", Start().Member("control.tar", Data, size: "2").ToArray() },
        { "the ar archive ends in the middle of a member's header", Start().Member("control.tar", ""u8).Member("data.tar", Data).Bytes("garbage"u8).ToArray() },
        { "entry `data.tar` ends 512 bytes early: the ar archive is truncated", Start().Member("control.tar", ""u8).Member("data.tar", Data.AsSpan(0, Data.Length - 512), size: $"{Data.Length}").ToArray() },
        { "the ar archive has a member without a plain name", Start().Member("", ""u8).ToArray() },
    };

    [Theory]
    [MemberData(nameof(WrongPackages))]
    public async Task A_wrong_package_is_refused(string error, byte[] deb) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<ArchiveException>(() => ListAsync(deb))).Message);

    [Fact]
    public async Task A_wrong_padding_byte_is_refused()
    {
        var deb = Start().Member("control.tar", "odd"u8).Member("data.tar", Data).ToArray();
        deb[8 + 64 + 60 + 3] = 0;
        Assert.Equal("entry `control.tar` has a wrong padding byte after it", (await Assert.ThrowsAsync<ArchiveException>(() => ListAsync(deb))).Message);
    }

    [Fact]
    public async Task A_truncated_package_is_refused_wherever_it_is_cut()
    {
        var whole = DebBuilder.Around(Data);
        for (var length = 0; length < whole.Length; length += 13)
            await Assert.ThrowsAsync<ArchiveException>(() => ListAsync(whole[..length]));
    }

    private static DebBuilder Start() => new DebBuilder().Member("debian-binary", "2.0\n"u8);

    private static async Task<string[]> ListAsync(byte[] deb)
    {
        var store = new MemoryBlobStore();
        return await store.ListAsync((await DebTree.ReadAsync(new MemoryStream(deb), TarRules.AsIs, store, IngestOptions.Alone, CancellationToken.None)).Root);
    }
}
