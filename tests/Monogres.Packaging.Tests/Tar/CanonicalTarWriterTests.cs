using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Tar;

public class CanonicalTarWriterTests
{
    /// <summary>2023-11-14T22:13:20Z, octal 14524770400.</summary>
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly TestTree Sample = new TestTree()
        .WithFile("bin/postgres", "a program", executable: true)
        .WithSymlink("bin/postmaster", "postgres")
        .WithFile("share/conf.sample", "port = 5432\n")
        .WithFile("share/empty", "")
        .WithDirectory("lib/pgxs")
        .WithFile("share/\U0001F418", "é");

    private static readonly TestTree LongNames = new TestTree()
        .WithFile($"share/{new string('я', 60)}", "short", executable: true)
        .WithFile($"{new string('d', 200)}/{new string('e', 200)}/file", "deep")
        .WithDirectory($"{new string('d', 200)}/{new string('\u00e9', 101)}")
        .WithSymlink("link", $"{new string('d', 200)}/{new string('e', 200)}/file");

    private static readonly Gen<string> LongName = Gen.Elements("a", "lib", "é", "n =1", new string('n', 100), new string('m', 101), new string('я', 60), new string('\u4e2d', 85), new string('z', 255));

    private static readonly Gen<string> LongPath = LongName.NonEmptyListOf().Select(names => string.Join('/', names.Take(5)));

    private static readonly Arbitrary<TestTree> LongTrees = (
        from paths in LongPath.NonEmptyListOf()
        from target in LongPath
        select paths.Index().Aggregate(new TestTree(), (tree, one) => tree.With(one.Item, (one.Index % 4) switch
        {
            0 => new TestEntry.Directory(),
            1 => new TestEntry.Symlink(target),
            var kind => new TestEntry.File($"{one.Index}", Executable: kind == 3),
        }))).ToArbitrary();

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_byte_of_a_header_is_known()
    {
        var tar = await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse("bin/postgres"), executable: true, 3, new MemoryStream([1, 2, 3]), Cancel));
        byte[] expected =
        [
            .. Field("bin/postgres", 100), // name
            .. Field("0000755", 8), // mode
            .. Field("0000000", 8), // uid
            .. Field("0000000", 8), // gid
            .. Field("00000000003", 12), // size
            .. Field("14524770400", 12), // mtime
            .. "011604\0 "u8, // chksum
            .. "0"u8, // typeflag
            .. Field("", 100), // linkname
            .. "ustar\0"u8, // magic
            .. "00"u8, // version
            .. Field("", 32), // uname
            .. Field("", 32), // gname
            .. Field("0000000", 8), // devmajor
            .. Field("0000000", 8), // devminor
            .. Field("", 155), // prefix
            .. Field("", 12),
        ];
        Assert.Equal(512, expected.Length);
        Assert.Equal(Escaped(expected), Escaped(tar[..512]));
        Assert.Equal([1, 2, 3, .. new byte[509]], tar[512..1024]);
    }

    [Fact]
    public async Task The_checksum_is_the_sum_of_the_header_with_spaces_in_its_place()
    {
        var tar = await WriteAsync(writer => writer.WriteSymlinkAsync(RelativePath.Parse("é"), "\U0001F418", Cancel));
        var sum = tar[..512].Select((value, at) => at is >= 148 and < 156 ? ' ' : (int)value).Sum();
        Assert.Equal(sum, Convert.ToInt32(Encoding.ASCII.GetString(tar, 148, 6), 8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    public async Task The_archive_ends_with_two_empty_blocks_and_is_a_multiple_of_10240(int directories)
    {
        var tar = await WriteAsync(async writer =>
        {
            for (var i = 0; i < directories; i++)
                await writer.WriteDirectoryAsync(RelativePath.Root.Child($"d{i}"), Cancel);
        });
        Assert.Equal(directories + 2 <= 20 ? 10_240 : 20_480, tar.Length);
        Assert.Every(tar[(directories * 512)..], value => Assert.Equal(0, value));
    }

    /// <summary>The archive of a tree is part of what we promise. The digest was computed by a program in another language.</summary>
    [Fact]
    public void The_digest_of_an_archive_is_known() =>
        Assert.Equal("671fd84796d9657cee9ed1f0140addbe35331d222a8a7de006ac9598c91463e2/10240", Digest.Of(Pack(Sample)).ToString());

    [Fact]
    public void An_archive_reads_back_as_the_tree() => Prop.ForAll(TestTrees.One, tree =>
        Read(Pack(tree)).Equals(tree.Entries.Aggregate(new TestTree().WithDirectory(SmallPayload.Name), (all, one) => all.With($"{SmallPayload.Name}/{one.Key}", one.Value)))).HoldsAlways(300);

    /// <summary>As above, of a tree with what no ustar header holds.</summary>
    [Fact]
    public void The_digest_of_an_archive_with_long_names_is_known() =>
        Assert.Equal("8616cab47d050c992a301189cd6098671e85c9bef6606d178797c16d0804a231/20480", Digest.Of(Pack(LongNames)).ToString());

    [Fact]
    public void An_archive_with_long_names_reads_back_by_our_own_reader() => Prop.ForAll(LongTrees, tree =>
        new TarTree(_store, ArchiveLimits.Default, IngestOptions.Alone).ReadAsync(new MemoryStream(Pack(tree)), TarRules.Source, Cancel).GetAwaiter().GetResult().Root
            == tree.PutAsync(_store, Cancel).GetAwaiter().GetResult()).HoldsAlways(200);

    [Fact]
    public void An_archive_with_long_names_reads_back_by_GNU_tar() => Prop.ForAll(LongTrees, tree => Extract(Pack(tree)).Equals(tree)).HoldsAlways(20);

    [Fact]
    public void The_order_in_which_a_tree_was_made_does_not_change_its_archive() => Prop.ForAll(TestTrees.One, tree =>
        Pack(tree).AsSpan().SequenceEqual(Pack(tree, paths => paths.Reverse()))).HoldsAlways(300);

    [Fact]
    public void Every_entry_has_the_same_owner_and_time_and_one_of_two_modes()
    {
        using var reader = new TarReader(new MemoryStream(Pack(Sample)));
        while (reader.GetNextEntry() is { } entry)
        {
            Assert.Equal((TarEntryFormat.Ustar, 0, 0, Time), (entry.Format, entry.Uid, entry.Gid, entry.ModificationTime));
            Assert.Equal(entry.EntryType switch
            {
                TarEntryType.SymbolicLink => "777",
                TarEntryType.Directory => "755",
                _ when entry.Name.EndsWith("/postgres", StringComparison.Ordinal) => "755",
                _ => "644",
            }, Convert.ToString((int)entry.Mode, 8));
        }
    }

    [Theory]
    [InlineData(100, 0)] // as long as a name can be
    [InlineData(99, 1)]
    [InlineData(100, 1)] // one more than a name: cut at the only slash
    [InlineData(100, 155)] // as long as name and prefix can be
    [InlineData(1, 155)]
    [InlineData(50, 51)]
    public async Task A_path_that_fits_a_header_reads_back(int name, int directory)
    {
        var path = directory == 0 ? new string('n', name) : $"{new string('d', directory)}/{new string('n', name)}";
        var tar = await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse(path), executable: false, 0, Stream.Null, Cancel));
        using var reader = new TarReader(new MemoryStream(tar));
        Assert.Equal(path, reader.GetNextEntry()?.Name);
        Assert.Null(reader.GetNextEntry());
    }

    [Theory]
    [InlineData(101, 0)]
    [InlineData(101, 1)]
    [InlineData(100, 156)]
    [InlineData(1, 156)]
    [InlineData(255, 255)]
    public async Task A_path_that_does_not_fit_a_header_is_in_a_pax_header_before_it(int name, int directory)
    {
        var path = directory == 0 ? new string('n', name) : $"{new string('d', directory)}/{new string('n', name)}";
        var tar = await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse(path), executable: false, 0, Stream.Null, Cancel));
        Assert.Equal("x", Encoding.ASCII.GetString(tar, 156, 1));
        using var reader = new TarReader(new MemoryStream(tar));
        var entry = Assert.IsType<PaxTarEntry>(reader.GetNextEntry());
        Assert.Equal(path, entry.Name);
        Assert.Null(reader.GetNextEntry());
    }

    [Fact]
    public async Task A_pax_header_has_a_fixed_name_and_nothing_but_what_does_not_fit()
    {
        var (path, target) = ($"d/{new string('n', 101)}", new string('t', 101));
        var tar = await WriteAsync(writer => writer.WriteSymlinkAsync(RelativePath.Parse(path), target, Cancel));
        var records = $"115 linkpath={target}\n113 path={path}\n";
        Assert.Equal((CanonicalTarWriter.ExtendedHeaderName, "0000644", "00000000344", "14524770400"), (Ascii(tar, 0, 100), Ascii(tar, 100, 8), Ascii(tar, 124, 12), Ascii(tar, 136, 12)));
        Assert.Equal(Convert.ToInt32("344", 8), records.Length);
        Assert.Equal(records, Ascii(tar, 512, 512));
        Assert.Equal((path[..100], "0000777", "2", target[..100]), (Ascii(tar, 1024, 100), Ascii(tar, 1124, 8), Ascii(tar, 1180, 1), Ascii(tar, 1181, 100)));
    }

    [Theory]
    [InlineData(101, 111)]
    [InlineData(989, 999)]
    [InlineData(990, 1001)] // one more, and the length has a digit more itself
    public async Task The_length_of_a_record_counts_its_own_digits(int path, int record)
    {
        var text = new string('n', path);
        var tar = await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse(text), executable: false, 0, Stream.Null, Cancel));
        Assert.Equal(record, Convert.ToInt32(Ascii(tar, 124, 12), 8));
        Assert.Equal($"{record} path={text}\n", Encoding.ASCII.GetString(tar, 512, record));
    }

    [Fact]
    public async Task The_length_of_a_path_is_counted_in_bytes_and_no_character_is_cut()
    {
        var fits = new string('é', 50);
        Assert.Equal(fits, Encoding.UTF8.GetString(await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse(fits), executable: false, 0, Stream.Null, Cancel)), 0, 100));
        var tar = await WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse("n" + fits), executable: false, 0, Stream.Null, Cancel));
        Assert.Equal("n" + new string('é', 49), Encoding.UTF8.GetString(tar, 1024, 100).TrimEnd('\0'));
    }

    [Fact]
    public async Task A_directory_is_as_long_as_its_name_with_the_slash()
    {
        var path = RelativePath.Parse($"{new string('a', 60)}/{new string('b', 99)}");
        var tar = await WriteAsync(writer => writer.WriteDirectoryAsync(path, Cancel));
        using var reader = new TarReader(new MemoryStream(tar));
        Assert.Equal($"{path}/", reader.GetNextEntry()?.Name);
    }

    [Fact]
    public async Task A_long_path_is_cut_as_far_right_as_the_prefix_allows()
    {
        var deep = RelativePath.Parse(string.Join('/', Enumerable.Repeat("123456789", 20)));
        var tar = await WriteAsync(writer => writer.WriteFileAsync(deep, executable: false, 0, Stream.Null, Cancel));
        Assert.Equal(string.Join('/', Enumerable.Repeat("123456789", 5)), Encoding.ASCII.GetString(tar, 0, 100).TrimEnd('\0'));
        Assert.Equal(string.Join('/', Enumerable.Repeat("123456789", 15)), Encoding.ASCII.GetString(tar, 345, 155).TrimEnd('\0'));
    }

    [Theory]
    [InlineData(100, TarEntryFormat.Ustar)]
    [InlineData(101, TarEntryFormat.Pax)]
    public async Task A_link_target_of_100_bytes_fits_and_a_longer_one_is_in_a_pax_header(int length, TarEntryFormat format)
    {
        var target = new string('t', length);
        var tar = await WriteAsync(writer => writer.WriteSymlinkAsync(RelativePath.Parse("link"), target, Cancel));
        using var reader = new TarReader(new MemoryStream(tar));
        var entry = reader.GetNextEntry()!;
        Assert.Equal((target, format), (entry.LinkName, entry.Format));
    }

    [Fact]
    public async Task The_size_of_a_file_of_8_GiB_is_in_a_pax_header()
    {
        using var output = new MemoryStream();
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            await new CanonicalTarWriter(output, Time).WriteFileAsync(RelativePath.Parse("large"), executable: false, CanonicalTarWriter.LargestFile + 1, Stream.Null, Cancel));
        var tar = output.ToArray();
        Assert.Equal("19 size=8589934592\n", Ascii(tar, 512, 512));
        Assert.Equal(("large", "77777777777"), (Ascii(tar, 1024, 100), Ascii(tar, 1148, 12)));
    }

    [Fact]
    public async Task Content_of_another_length_than_announced_is_noticed()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() => WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse("x"), executable: false, 4, new MemoryStream([1, 2, 3]), Cancel)));
        await Assert.ThrowsAsync<InvalidDataException>(() => WriteAsync(writer => writer.WriteFileAsync(RelativePath.Parse("x"), executable: false, 2, new MemoryStream([1, 2, 3]), Cancel)));
    }

    [Fact]
    public async Task An_entry_may_have_another_mode_and_owner_and_nothing_else_changes()
    {
        async Task<byte[]> WithAsync(Dictionary<RelativePath, TarAttributes>? overrides)
        {
            using var output = new MemoryStream();
            var writer = new CanonicalTarWriter(output, Time, overrides);
            await writer.WriteDirectoryAsync(RelativePath.Parse("data"), Cancel);
            await writer.WriteFileAsync(RelativePath.Parse("data/file"), executable: true, 0, Stream.Null, Cancel);
            await writer.WriteSymlinkAsync(RelativePath.Parse("data/link"), "file", Cancel);
            return output.ToArray();
        }

        var plain = await WithAsync(overrides: null);
        Assert.Equal(plain, await WithAsync([]));
        Assert.Equal(plain, await WithAsync(new() { [RelativePath.Parse("other")] = new(0, 1) }));

        var changed = await WithAsync(new() { [RelativePath.Parse("data")] = new(0b011_111_111_111, 999) });
        Assert.Equal(("0003777", "0001747", "0001747"), (Ascii(changed, 100, 8), Ascii(changed, 108, 8), Ascii(changed, 116, 8)));
        Assert.Equal(plain[512..], changed[512..]);
    }

    private static async Task<byte[]> WriteAsync(Func<CanonicalTarWriter, ValueTask> write)
    {
        using var output = new MemoryStream();
        var writer = new CanonicalTarWriter(output, Time);
        await write(writer);
        await writer.CompleteAsync(Cancel);
        return output.ToArray();
    }

    private byte[] Pack(TestTree tree, Func<IEnumerable<string>, IEnumerable<string>>? order = null)
    {
        // A property is no task. What it waits for must not need the threads of the tests, which all may wait like it.
        return Task.Run(() => PackAsync(tree, order)).GetAwaiter().GetResult();
    }

    private static async Task<byte[]> PackAsync(TestTree tree, Func<IEnumerable<string>, IEnumerable<string>>? order)
    {
        var packing = new SmallPacking();
        var payload = new StoredStep(new StepName("test", "tree"), await tree.PutAsync(packing.Engine.Blobs, Cancel, order));
        var archive = (await packing.Engine.Engine.GetAsync(new DeriveStep(new StepName("test", "tar"), [payload], new TarArchive(RelativePath.Root, SmallPayload.Name, Time)), Cancel)).Tree;

        // Of what is empty there is no package, but there is an archive.
        await foreach (var entry in TreeWalk.EntriesAsync(packing.Engine.Blobs, archive, Cancel))
            return await packing.Engine.Blobs.ReadAllAsync(Assert.IsType<TreeEntry.File>(entry).Content, Cancel);
        return await WriteAsync(writer => writer.WriteDirectoryAsync(RelativePath.Parse(SmallPayload.Name), Cancel));
    }

    private static TestTree Read(byte[] tar)
    {
        var tree = new TestTree();
        using var reader = new TarReader(new MemoryStream(tar));
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            tree = tree.With(entry.Name.TrimEnd('/'), entry.EntryType switch
            {
                TarEntryType.Directory => new TestEntry.Directory(),
                TarEntryType.SymbolicLink => new TestEntry.Symlink(entry.LinkName),
                _ => new TestEntry.File(Text(entry.DataStream), entry.Mode.HasFlag(UnixFileMode.UserExecute)),
            });
        }

        return tree;
    }

    private static string Text(Stream? content)
    {
        if (content is null)
            return "";

        using var reader = new StreamReader(content, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>What GNU tar of this machine makes of an archive, below its top directory.</summary>
    private static TestTree Extract(byte[] tar)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["archive.tar"], tar);
        var to = Directory.CreateDirectory(directory["tree"]).FullName;
        using var process = Process.Start(new ProcessStartInfo("tar", ["--extract", "--file", directory["archive.tar"], "--directory", to, "--strip-components", "1"]) { RedirectStandardError = true, UseShellExecute = false })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, said));

        var tree = new TestTree();
        foreach (var found in new DirectoryInfo(to).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            tree = tree.With(Path.GetRelativePath(to, found.FullName), found switch
            {
                { LinkTarget: { } target } => new TestEntry.Symlink(target),
                DirectoryInfo => new TestEntry.Directory(),
                _ => new TestEntry.File(File.ReadAllText(found.FullName), found.UnixFileMode.HasFlag(UnixFileMode.UserExecute)),
            });
        }

        return tree;
    }

    private static string Ascii(byte[] bytes, int at, int length) => Encoding.ASCII.GetString(bytes, at, length).TrimEnd('\0');

    private static byte[] Field(string text, int length) => Encoding.ASCII.GetBytes(text.PadRight(length, '\0'));

    private static string Escaped(byte[] bytes) =>
        string.Concat(bytes.Select((value, at) => (at % 64 == 0 ? "\n" : "") + (value is > 32 and < 127 ? ((char)value).ToString() : value.ToString("\\\\x{0:x2}", CultureInfo.InvariantCulture))));
}
