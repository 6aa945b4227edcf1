using System.Formats.Tar;
using System.Text;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Archives;

public class TarTreeTests
{
    private static readonly TarRules Merged = new()
    {
        Moves = [new(RelativePath.Parse("bin"), RelativePath.Parse("usr/bin")), new(RelativePath.Parse("lib"), RelativePath.Parse("usr/lib"))],
        Omissions = GlobSet.Parse(["usr/share/doc/**", "usr/bin/secret"]),
    };

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public async Task Files_directories_and_links_become_a_tree_in_every_format(TarEntryFormat format)
    {
        var tree = await new TarBuilder(format)
            .Directory("./").Directory("./a/").File("./a/one", "1").File("./a/two", "2", executable: true).File("a/none", "")
            .Symlink("./a/link", "one").HardLink("./same", "./a/two").Directory("empty")
            .ListAsync();

        Assert.Equal(["d a", "l a/link -> one", "f a/none = ", "f a/one = 1", "x a/two = 2", "d empty", "x same = 2"], tree);
    }

    [Theory]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public async Task Long_names_and_names_beyond_ascii_are_kept(TarEntryFormat format)
    {
        var name = $"{new string('n', 120)}/Größe 文 \ud83d\udc18{(format == TarEntryFormat.Gnu ? "\n" : "")}[";
        Assert.Equal([$"d {new string('n', 120)}", $"f {name} = x"], await new TarBuilder(format).File(name, "x").ListAsync());
    }

    [Fact]
    public async Task The_one_top_folder_is_stripped()
    {
        var tree = await new TarBuilder().Comment("0123abcd").Directory("pg-1/").File("pg-1/README", "r").Symlink("pg-1/src/l", "../README").ListAsync(TarRules.Source);
        Assert.Equal(["f README = r", "d src", "l src/l -> ../README"], tree);
    }

    [Fact]
    public async Task A_second_top_folder_is_an_error_that_names_it() =>
        Assert.Equal("entry `other/x` is not in the one top folder `pg-1` that was expected",
            await new TarBuilder().File("pg-1/README", "r").File("other/x", "r").RefusalAsync(TarRules.Source));

    [Fact]
    public async Task A_top_folder_of_another_name_is_an_error_that_names_it() =>
        Assert.Equal("entry `pg-1/README` is not in the one top folder `pg-2` that was expected",
            await new TarBuilder().File("pg-1/README", "r").RefusalAsync(new TarRules { TopFolder = new TopFolder.Stripped(RelativePath.Parse("pg-2")) }));

    [Fact]
    public async Task A_folder_in_the_top_folder_is_the_tree_without_what_stands_beside_it()
    {
        var rules = new TarRules { TopFolder = new TopFolder.Stripped(RelativePath.Parse("mono-1/pg/ext")) };
        var archive = new TarBuilder().Directory("mono-1/").File("mono-1/README", "r").Symlink("mono-1/out", "../..").File("mono-1/pg/x", "x").Directory("mono-1/pg/ext/").File("mono-1/pg/ext/Makefile", "m").File("mono-1/pg/extra", "e");
        Assert.Equal(["f Makefile = m"], await archive.ListAsync(rules));
        Assert.Equal("the archive has no folder `mono-1/ext`", await archive.RefusalAsync(new TarRules { TopFolder = new TopFolder.Stripped(RelativePath.Parse("mono-1/ext")) }));
        Assert.Equal("entry `mono-1/` is not in the one top folder `mono-2/pg` that was expected", await archive.RefusalAsync(new TarRules { TopFolder = new TopFolder.Stripped(RelativePath.Parse("mono-2/pg")) }));
    }

    [Fact]
    public async Task A_file_instead_of_the_top_folder_is_an_error() =>
        Assert.Equal("entry `README` stands where a directory is needed: the top of the tree", await new TarBuilder().File("README", "r").RefusalAsync(TarRules.Source));

    [Fact]
    public async Task A_link_out_of_the_top_folder_is_an_error() =>
        Assert.Equal("entry `pg/l` is a symbolic link to `../pg/x`, outside of the archive", await new TarBuilder().Symlink("pg/l", "../pg/x").RefusalAsync(TarRules.Source with { IsSource = false }));

    [Fact]
    public async Task Of_a_source_what_cannot_be_in_a_tree_is_left_out_and_named()
    {
        var archive = new TarBuilder()
            .File("pg/Makefile", "m").Symlink("pg/out", "../other/x").HardLink("pg/again", "pg/out").Symlink("pg/round", "../pg/Makefile").Symlink("pg/absolute", "/usr/share/config.guess")
            .Other(TarEntryType.Fifo, "pg/pipe").Symlink("pg/sql/up", "down/../../Makefile").Symlink("pg/unwanted", "/x");
        var store = new MemoryBlobStore();
        var tree = await store.ReadAsync(archive.ToArray(), TarRules.Source with { Omissions = GlobSet.Parse(["unwanted"]) });
        Assert.Equal(["f Makefile = m", "d sql", "l sql/up -> ../Makefile"], await store.ListAsync(tree.Root));
        Assert.Equal(
        [
            "absolute is a symbolic link to the absolute path `/usr/share/config.guess`", "again is a symbolic link to `../other/x`, which leads out of the source",
            "out is a symbolic link to `../other/x`, which leads out of the source", "pipe is no file, directory or symbolic link", "round is a symbolic link to `../pg/Makefile`, which leads out of the source",
        ], tree.Omitted.Select(entry => $"{entry.Path} {entry.Reason}"));
    }

    [Fact]
    public async Task Of_a_source_what_macOS_and_version_control_keep_beside_the_files_is_ignored()
    {
        var archive = new TarBuilder().File("._pg-1", "x").Directory("__MACOSX/").File("__MACOSX/pg-1/._README", "x").File("pg-1/README", "r").File("pg-1/._README", "x").File("pg-1/sql/.DS_Store", "x").File("pg-1/.git", "gitdir: x").File("pg-1/.gitignore", "*.o");
        Assert.Equal(["f .gitignore = *.o", "f README = r"], await archive.ListAsync(TarRules.Source));
        Assert.Equal("pg-1", (await TarSurvey.ReadAsync(new MemoryStream(archive.ToArray()), CancellationToken.None)).TopFolder);
    }

    [Fact]
    public async Task What_lies_below_a_link_that_is_left_out_is_an_error() =>
        Assert.Equal("entry `pg/out/x` lies below entry `pg/out`, which is a symbolic link", await new TarBuilder().Symlink("pg/out", "/other").File("pg/out/x", "x").RefusalAsync(TarRules.Source));

    [Fact]
    public async Task The_commit_and_the_counts_are_reported()
    {
        var result = await new MemoryBlobStore().ReadAsync(new TarBuilder(TarEntryFormat.Pax).Comment("0123abcd").File("a", "12345").Directory("d").ToArray());
        Assert.Equal(("0123abcd", 2, 5L), (result.Comment, result.EntryCount, result.Bytes));
    }

    [Fact]
    public async Task Directories_move_with_the_links_that_stand_in_them_and_point_to_them()
    {
        var tree = await new TarBuilder()
            .Directory("./lib/").File("./lib/ld.so", "l").Symlink("./lib/ld.so.1", "ld.so").Symlink("./lib64/ld.so", "/lib/ld.so").Symlink("./usr/lib/up", "../../lib/ld.so")
            .Symlink("./bin", "usr/bin").File("./usr/bin/sh", "s").Symlink("./etc/sh", "/bin/sh").HardLink("./etc/ld", "./lib/ld.so")
            .ListAsync(Merged);

        Assert.Equal([
            "d etc", "f etc/ld = l", "l etc/sh -> ../usr/bin/sh", "d lib64", "l lib64/ld.so -> ../usr/lib/ld.so",
            "d usr", "d usr/bin", "f usr/bin/sh = s", "d usr/lib", "f usr/lib/ld.so = l", "l usr/lib/ld.so.1 -> ld.so", "l usr/lib/up -> ld.so"], tree);
    }

    [Fact]
    public async Task A_link_at_a_moved_directory_to_elsewhere_is_an_error() =>
        Assert.Equal("entry `bin` is a symbolic link to `opt/bin` where the rules move a directory to `usr/bin`", await new TarBuilder().Symlink("bin", "opt/bin").RefusalAsync(Merged));

    [Fact]
    public async Task Two_entries_moved_to_one_place_are_an_error() =>
        Assert.Equal("entry `usr/lib/x` stands at the same place as entry `lib/x`", await new TarBuilder().File("lib/x", "1").File("usr/lib/x", "1").RefusalAsync(Merged));

    [Fact]
    public async Task What_the_rules_omit_is_not_there_and_not_stored()
    {
        var store = new MemoryBlobStore();
        var tar = new TarBuilder().Directory("usr/share/doc/").File("usr/share/doc/gcc/copyright", "left out").File("bin/secret", new byte[3_000_000]).File("bin/sh", "s").ToArray();
        Assert.Equal(["d usr", "d usr/bin", "f usr/bin/sh = s"], await store.ListAsync((await store.ReadAsync(tar, Merged)).Root));
        Assert.DoesNotContain(Digest.Of("left out"u8), store.Digests);
    }

    [Fact]
    public async Task A_hard_link_to_what_is_left_out_is_an_error() =>
        Assert.Equal("entry `usr/bin/open` is a hard link to `usr/bin/secret`, which the rules leave out: leave out both or none",
            await new TarBuilder().File("bin/secret", "1").HardLink("usr/bin/open", "bin/secret").RefusalAsync(Merged));

    [Theory]
    [InlineData("x", "/a/b", "a/b")]
    [InlineData("d/x", "/a/b", "../a/b")]
    [InlineData("d/x", "/", "..")]
    [InlineData("d/e/x", "../y", "../y")]
    [InlineData("d/e/x", "./../y//z/", "./../y//z/")]
    [InlineData("d/e/x", "../../a/../b", "../../b")]
    [InlineData("d/e/x", "f/..", ".")]
    public async Task Link_targets_are_relative_with_all_steps_up_in_front(string name, string target, string expected) =>
        Assert.Contains($"l {name} -> {expected}", await new TarBuilder().Symlink(name, target).ListAsync());

    [Fact]
    public async Task A_later_entry_of_the_same_kind_wins()
    {
        var tree = await new TarBuilder().File("a", "1").HardLink("old", "a").File("a", "2").Symlink("l", "a").Symlink("l", "old").Directory("d").Directory("d").ListAsync();
        Assert.Equal(["f a = 2", "d d", "l l -> old", "f old = 1"], tree);
    }

    [Fact]
    public async Task Large_files_come_through()
    {
        var content = new byte[(1 << 20) + 7];
        new Random(7).NextBytes(content);
        var store = new MemoryBlobStore();
        var result = await store.ReadAsync(new TarBuilder().File("small", "s").File("large", content).File("after", "a").ToArray());
        Assert.Equal(content, await store.ReadAllAsync(Digest.Of(content), CancellationToken.None));
        Assert.Equal(3, (await store.ListAsync(result.Root)).Length);
    }

    [Fact]
    public async Task A_store_that_fails_stops_the_reading_with_its_own_error()
    {
        var tar = new TarBuilder();
        for (var i = 0; i < 100; i++)
            tar.File($"f{i}", $"{i}");
        await Assert.ThrowsAsync<IOException>(() => new MemoryBlobStore { Storing = _ => throw new IOException("disk full") }.ReadAsync(tar.ToArray()));
    }

    [Fact]
    public async Task An_archive_without_entries_is_the_empty_tree() =>
        Assert.Equal(Digest.Empty, (await new MemoryBlobStore().ReadAsync(new TarBuilder().ToArray())).Root);
}
