using System.Formats.Tar;
using System.Text;
using Monogres.Store.Archives;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Archives;

public class HostileTarTests
{
    [Theory]
    [InlineData("../x", "entry `../x` has `..` in its name")]
    [InlineData("a/../../x", "entry `a/../../x` has `..` in its name")]
    [InlineData("a/..", "entry `a/..` has `..` in its name")]
    [InlineData("./..", "entry `./..` has `..` in its name")]
    [InlineData("/etc/passwd", "entry `/etc/passwd` has an absolute name")]
    [InlineData("//x", "entry `//x` has an absolute name")]
    [InlineData(".", "entry `.` stands where a directory is needed: the top of the tree")]
    public async Task A_name_that_leaves_the_tree_is_refused(string name, string error) =>
        Assert.Equal(error, await new TarBuilder().Raw('0', name, content: [1]).RefusalAsync());

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../b")]
    [InlineData("/../x")]
    public async Task A_symbolic_link_that_leaves_the_tree_is_refused(string target) =>
        Assert.Equal($"entry `l` is a symbolic link to `{target}`, outside of the archive", await new TarBuilder().Raw('2', "l", target).RefusalAsync());

    [Theory]
    [InlineData("../x", "entry `l` has `..` in its link target")]
    [InlineData("/etc/passwd", "entry `l` has an absolute link target")]
    [InlineData("nothing", "entry `l` is a hard link to `nothing`, which is no earlier file of the archive")]
    [InlineData("d", "entry `l` is a hard link to `d`, which is no earlier file of the archive")]
    [InlineData("s", "entry `l` is a hard link to `s`, which is no earlier file of the archive")]
    [InlineData("l", "entry `l` is a hard link to `l`, which is no earlier file of the archive")]
    public async Task A_hard_link_to_anything_but_an_earlier_file_is_refused(string target, string error) =>
        Assert.Equal(error, await new TarBuilder().Directory("d").Symlink("s", "d").Raw('1', "l", target).RefusalAsync());

    [Fact]
    public async Task A_chain_of_links_cannot_climb_out()
    {
        // Followed as written, `a/b/up/..` is above the root; made anew from the path it means, it stays inside.
        var tree = await new TarBuilder().Symlink("a/b/up", "../..").Symlink("a/b/out", "up/../x").ListAsync();
        Assert.Contains("l a/b/out -> x", tree);
    }

    [Theory]
    [InlineData(TarEntryType.CharacterDevice, "a character device")]
    [InlineData(TarEntryType.BlockDevice, "a block device")]
    [InlineData(TarEntryType.Fifo, "a named pipe")]
    public async Task Devices_and_pipes_are_refused(TarEntryType type, string what) =>
        Assert.Equal($"entry `dev/x` is {what}, which no tree may hold", await new TarBuilder().Other(type, "dev/x").RefusalAsync());

    [Theory]
    [InlineData('M', "part of a file from another volume")]
    public async Task Odd_kinds_of_files_are_refused(char type, string what) =>
        Assert.Equal($"entry `x` is {what}, which no tree may hold", await new TarBuilder().Raw(type, "x", magic: "ustar  \0").RefusalAsync());

    [Fact]
    public async Task A_sparse_file_in_gnu_form_is_refused() => Assert.NotEmpty(await new TarBuilder().Raw('S', "x").RefusalAsync());

    [Fact]
    public async Task A_sparse_file_in_pax_form_is_refused() => Assert.Contains("is a sparse file",
        await new TarBuilder().Raw('x', "h", content: Pax("GNU.sparse.major=1", "GNU.sparse.minor=0")).Raw('0', "x", content: [1]).RefusalAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task An_entry_below_a_symbolic_link_is_refused() => Assert.Equal("entry `a/x` lies below entry `a`, which is a symbolic link",
        await new TarBuilder().Directory("b").Symlink("a", "b").File("a/x", "1").RefusalAsync());

    [Fact]
    public async Task An_entry_below_a_file_is_refused() => Assert.Equal("entry `a/x/y` lies below entry `a`, which is a file",
        await new TarBuilder().File("a", "1").File("a/x/y", "1").RefusalAsync());

    [Fact]
    public async Task Two_kinds_at_one_place_are_refused()
    {
        Assert.Equal("entry `a` stands where entry `a` has something of another kind", await new TarBuilder().File("a", "1").Symlink("a", "b").RefusalAsync());
        Assert.Equal("entry `a` stands where entry `a/x` has something of another kind", await new TarBuilder().File("a/x", "1").File("a", "1").RefusalAsync());
        Assert.Equal("entry `a` is a directory where entry `a` has something else", await new TarBuilder().Symlink("a", "b").Directory("a").RefusalAsync());
    }

    [Fact]
    public async Task A_nul_in_a_name_is_refused() => Assert.Equal("entry `a\0b` has a name with a NUL character",
        await new TarBuilder().Raw('x', "h", content: Pax("path=a\0b")).Raw('0', "x").RefusalAsync());

    [Fact]
    public async Task A_name_that_is_not_utf8_is_refused()
    {
        var tar = new TarBuilder().Raw('0', "aX").ToArray();
        tar[1] = 0xe9;
        var sum = tar[..512].Select((value, i) => i is >= 148 and < 156 ? (int)' ' : value).Sum();
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0'), tar.AsSpan(148));
        var error = await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(tar));
        Assert.EndsWith("has a name that is not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_too_long_or_too_deep_for_a_file_system_are_refused()
    {
        Assert.EndsWith("has a name that is too long", await new TarBuilder(TarEntryFormat.Pax).File(new string('n', 256), "1").RefusalAsync(), StringComparison.Ordinal);
        Assert.EndsWith("has a name that is too long", await new TarBuilder(TarEntryFormat.Pax).File(string.Join('/', Enumerable.Repeat("d", 1000)), "1").RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_of_gigabytes_is_refused_before_it_is_read() => Assert.Equal("the archive has a header of more than 1048576 bytes",
        await new TarBuilder().Raw('x', "h", content: new byte[3 << 20], size: 1 << 30).RefusalAsync());

    [Fact]
    public async Task More_entries_than_the_limit_are_refused()
    {
        var tar = new TarBuilder().File("a", "").File("b", "").File("c", "").ToArray();
        var error = await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(tar, limits: new ArchiveLimits { MaxEntries = 2 }));
        Assert.Equal("the archive has more than the limit of 2 entries", error.Message);
    }

    [Fact]
    public async Task A_truncated_archive_is_refused_wherever_it_is_cut()
    {
        var whole = new TarBuilder().Directory("d/").File("d/a", new string('a', 700)).Symlink("d/l", "a").File("d/b", "b").WithoutEnd();
        for (var length = 0; length <= whole.Length; length += length % 512 is 0 or 511 ? 1 : 17)
            await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(whole[..length]));
    }

    [Fact]
    public async Task A_large_file_that_is_cut_off_is_refused()
    {
        var whole = new TarBuilder().File("large", new byte[3 << 20]).ToArray();
        var error = await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(whole[..(2 << 20)]));
        Assert.Equal("entry `large` is cut off: the archive is truncated", error.Message);
    }

    [Fact]
    public async Task Data_after_the_end_is_refused()
    {
        byte[] tar = [.. new TarBuilder().File("a", "1").ToArray(), .. new byte[9000], 1];
        Assert.Equal("the archive has data after its end", (await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(tar))).Message);
    }

    [Fact]
    public async Task A_damaged_header_is_refused_with_the_entry_before_it()
    {
        var tar = new TarBuilder().File("first", "").File("second", "").ToArray();
        tar[512 + 124] = (byte)'x';
        var error = await Assert.ThrowsAsync<ArchiveException>(() => new MemoryBlobStore().ReadAsync(tar));
        Assert.Equal("the archive is damaged or truncated after entry `first`", error.Message);
    }

    private static byte[] Pax(params string[] records) => [.. records.SelectMany(record =>
    {
        var length = record.Length + 2;
        length += $"{length + 1}".Length;
        return Encoding.UTF8.GetBytes($"{length} {record}\n");
    })];
}
