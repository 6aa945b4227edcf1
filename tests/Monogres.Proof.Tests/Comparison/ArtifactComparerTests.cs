using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Comparison;
using Monogres.Proof.Comparison.Reports;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Two artifacts, in each format, as a person gives them.</summary>
public sealed class ArtifactComparerTests : IDisposable
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_and_itself_are_identical()
    {
        var report = await CompareAsync("a"u8.ToArray(), "a"u8.ToArray());
        Assert.True(report.Identical);
        Assert.Equal("identical: 1 entry compared\n", ReportText.Of(report));
    }

    [Fact]
    public async Task What_differs_in_a_tar_archive_is_told_by_path_and_kind()
    {
        var one = new SmallTar().Directory("usr/").File("usr/a", "same").File("usr/b", "built 2026-11-27\n").File("usr/c", "x", user: "alice").Link("usr/d", "a").File("usr/e", "e");
        var other = new SmallTar().Directory("usr/", (UnixFileMode)0x1fd).File("usr/a", "same", time: SmallTar.Date.AddDays(1)).File("usr/b", "built 2026-11-28\n").File("usr/c", "x", user: "bob").Link("usr/d", "b").File("usr/f", "ff");
        var report = await CompareAsync(one.Build(), other.Build());
        Assert.Equal(
            [
                ("usr/b", DifferenceKind.Content, "time"), ("usr/e", DifferenceKind.OnlyInOne, null), ("usr/f", DifferenceKind.OnlyInOther, null), ("usr", DifferenceKind.Mode, "umask"),
                ("usr/d", DifferenceKind.LinkTarget, null), ("usr/a", DifferenceKind.Time, "time"), ("usr/c", DifferenceKind.Owner, "user-name"),
            ],
            report.Differences.Select(difference => (difference.Path, difference.Kind, difference.Cause?.Id)));
    }

    [Fact]
    public async Task A_report_reads_well()
    {
        var one = new SmallTar().File("lib/x.so", new SmallElf().Code(("main", [0xc3])).With(".rodata", "on Nov 27 2026\0").Build()).File("share/list", "a\nb\nc\nd\n").File("share/\u001b[2Jx", "1");
        var other = new SmallTar().File("lib/x.so", new SmallElf().Code(("main", [0xc3])).With(".rodata", "on Nov 28 2026\0").Build()).File("share/list", "d\nb\na\nc\n").File("share/\u001b[2Jx", "2");
        var report = await CompareAsync(one.Build(), other.Build());
        Golden.Match(ReportText.Of(report with { One = "/one.tar", Other = "/other.tar" }), "report.txt");
        Golden.Match(ReportJson.Of(report with { One = "/one.tar", Other = "/other.tar" }).ToJsonString(new() { WriteIndented = true }) + "\n", "report.json");
    }

    [Fact]
    public async Task Only_so_many_differences_are_shown_and_the_rest_is_counted()
    {
        SmallTar one = new(), other = new();
        for (var i = 0; i < 60; i++)
            _ = (one.File($"f{i:00}", "1"), other.File($"f{i:00}", $"2{i}"));
        Assert.EndsWith("\nand 50 more\n", ReportText.Of(await CompareAsync(one.Build(), other.Build()), differences: 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_which_the_same_is_to_say_are_shown_together()
    {
        SmallTar one = new(), other = new();
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
            _ = (one.File(name, "1"), other.File(name, "1", (UnixFileMode)0x1b4));
        Assert.Contains("\na, b, c and 2 more: mode\n  mode:\n    - 0644\n    + 0664\n  likely the umask: 0644 / 0664\n", ReportText.Of(await CompareAsync(one.Build(), other.Build())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_content_compressed_differently_is_said_to_be_that()
    {
        var tar = new SmallTar().File("a", string.Concat(Enumerable.Range(0, 1000))).Build();
        var (one, other) = (SmallTar.Gzip(tar), SmallTar.Gzip(tar, CompressionLevel.NoCompression));
        Assert.Equal(("compression", DifferenceKind.Compression), await OnlyCauseAsync(one, other));

        byte[] later = [.. one];
        later[4] = 99;
        Assert.Equal(("time", DifferenceKind.Compression), await OnlyCauseAsync(one, later));
        Assert.Equal(("compression", DifferenceKind.Compression), await OnlyCauseAsync(one, tar));
    }

    [Fact]
    public async Task What_is_compressed_is_compared_by_its_content()
    {
        var difference = Assert.Single((await CompareAsync(new SmallTar().File("a/b", "x 1").Gzip(), new SmallTar().File("a/b", "x 2").Gzip())).Differences);
        Assert.Equal(("a/b", new Detail("line 1", "x 1", "x 2")), (difference.Path, difference.Details.Single()));
    }

    [Fact]
    public async Task Archives_in_archives_are_opened()
    {
        static byte[] Outer(string content) => new SmallTar().File("inner.tar.gz", new SmallTar().File("deep", content).Gzip()).Build();
        Assert.Equal("inner.tar.gz/deep", Assert.Single((await CompareAsync(Outer("1"), Outer("2"))).Differences).Path);
    }

    [Fact]
    public async Task The_order_of_entries_is_compared()
    {
        var report = await CompareAsync(new SmallTar().File("a", "a").File("b", "b").Build(), new SmallTar().File("b", "b").File("a", "a").Build());
        Assert.Equal((DifferenceKind.Order, "member-order"), (Assert.Single(report.Differences).Kind, report.Differences[0].Cause?.Id));
    }

    [Fact]
    public async Task A_hard_link_in_place_of_a_copy_is_told()
    {
        var report = await CompareAsync(new SmallTar().File("a", "a").File("b", "a").Build(), new SmallTar().File("a", "a").Link("b", "a", hard: true).Build());
        Assert.Equal(("b", "hard-links"), (report.Differences[0].Path, report.Differences[0].Cause?.Id));
    }

    [Fact]
    public async Task A_file_under_another_name_is_found()
    {
        var report = await CompareAsync(new SmallTar().File("tmp.AbCdEf12", "same").Build(), new SmallTar().File("tmp.XyZaBc34", "same").Build());
        Assert.Equal(2, report.Differences.Length);
        Assert.Every(report.Differences, difference => Assert.Equal("temporary-name", difference.Cause?.Id));
    }

    [Fact]
    public async Task Bytes_between_entries_are_compared()
    {
        var one = new SmallTar().File("a", "a").Build();
        byte[] other = [.. one];
        // Behind the content, up to the next block.
        other[Array.LastIndexOf(other, (byte)'a') + 100] = 7;
        Assert.Equal(DifferenceKind.Header, Assert.Single((await CompareAsync(one, other)).Differences).Kind);
    }

    [Fact]
    public async Task A_package_of_debian_is_opened()
    {
        Assert.Equal("data.tar/usr/share/monogres-hello/hello", Assert.Single((await CompareAsync(new SmallDeb().ToArray(), new SmallDeb { Content = "howdy\n" }.ToArray())).Differences).Path);
        Assert.Equal("control.tar/control", Assert.Single((await CompareAsync(new SmallDeb().ToArray(), new SmallDeb { Fields = ["Section: misc"] }.ToArray())).Differences).Path);
    }

    [Fact]
    public async Task A_package_of_rpm_is_opened()
    {
        var report = await CompareAsync(new SmallRpm().ToArray(), new SmallRpm { Content = "howdy\n" }.ToArray());
        Assert.Contains(report.Differences, difference => difference is { Path: "payload/usr/share/monogres-hello/hello", Kind: DifferenceKind.Content });
        var header = Assert.Single(report.Differences, difference => difference is { Path: ".", Kind: DifferenceKind.Header });
        Assert.Contains(header.Details, detail => detail.What is "file digests");
        Assert.Equal(["digest"], header.Causes.Select(cause => cause.Id));

        var later = await CompareAsync(new SmallRpm().ToArray(), new SmallRpm { Date = SmallTar.Date.AddDays(7) }.ToArray());
        Assert.Contains(Assert.Single(later.Differences, difference => difference is { Path: ".", Kind: DifferenceKind.Header }).Causes, cause => cause.Id is "time");
    }

    [Fact]
    public async Task A_zip_archive_is_opened()
    {
        static byte[] Zip(string content, DateTimeOffset time)
        {
            using var bytes = new MemoryStream();
            using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            {
                var entry = zip.CreateEntry("a/b");
                (entry.LastWriteTime, entry.ExternalAttributes) = (time, 0x81a4 << 16);
                using var stream = entry.Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }

            return bytes.ToArray();
        }

        Assert.Equal([("a/b", DifferenceKind.Content)], (await CompareAsync(Zip("1", SmallTar.Date), Zip("2", SmallTar.Date))).Differences.Select(difference => (difference.Path, difference.Kind)));
        Assert.Equal([("a/b", DifferenceKind.Time)], (await CompareAsync(Zip("1", SmallTar.Date), Zip("1", SmallTar.Date.AddDays(1)))).Differences.Select(difference => (difference.Path, difference.Kind)));
    }

    [Fact]
    public async Task A_static_library_with_long_names_is_opened()
    {
        static byte[] Library(string content)
        {
            List<byte> bytes = [.. "!<arch>\n"u8];
            Member("/", "\0\0\0\0"u8);
            Member("//", "a_very_long_name_of_an_object.o/\n"u8);
            Member("/0", Encoding.ASCII.GetBytes(content));
            return [.. bytes];

            void Member(string name, ReadOnlySpan<byte> data)
            {
                bytes.AddRange(Encoding.ASCII.GetBytes($"{name,-16}{(name is "//" ? "" : "0"),-12}{(name is "//" ? "" : "0"),-6}{(name is "//" ? "" : "0"),-6}{(name is "//" ? "" : "644"),-8}{data.Length,-10}`\n"));
                bytes.AddRange(data);
                if (data.Length % 2 == 1)
                    bytes.Add((byte)'\n');
            }
        }

        Assert.Equal("a_very_long_name_of_an_object.o", Assert.Single((await CompareAsync(Library("ab"), Library("ac"))).Differences).Path);
    }

    [Fact]
    public async Task The_blobs_of_an_image_are_called_by_what_they_are_for()
    {
        var report = await CompareAsync(Image("one"), Image("two"));
        Assert.Contains(report.Differences, difference => difference is { Path: "blobs/linux-amd64, layer 1/etc/motd", Kind: DifferenceKind.Content });
        Assert.Contains(report.Differences, difference => difference is { Path: "blobs/linux-amd64", Cause.Id: "digest" });
        Assert.DoesNotContain(report.Differences, difference => difference.Kind is DifferenceKind.OnlyInOne or DifferenceKind.OnlyInOther or DifferenceKind.Order);
    }

    [Fact]
    public async Task Trees_are_compared_without_owners_and_times()
    {
        foreach (var name in (string[])["one", "other"])
        {
            Directory.CreateDirectory(_directory[$"{name}/sub"]);
            await File.WriteAllTextAsync(_directory[$"{name}/sub/a"], "a", Cancel);
            File.CreateSymbolicLink(_directory[$"{name}/link"], "sub");
        }

        File.SetLastWriteTimeUtc(_directory["one/sub/a"], SmallTar.Date.UtcDateTime);
        Assert.True((await ArtifactComparer.CompareAsync(_directory["one"], _directory["other"], Cancel)).Identical);
        await File.WriteAllTextAsync(_directory["other/sub/a"], "b", Cancel);
        Assert.Equal("sub/a", Assert.Single((await ArtifactComparer.CompareAsync(_directory["one"], _directory["other"], Cancel)).Differences).Path);
    }

    [Fact]
    public async Task A_tree_and_its_archive_differ_in_nothing_but_their_kind()
    {
        Directory.CreateDirectory(_directory["tree/sub"]);
        await File.WriteAllTextAsync(_directory["tree/sub/a"], "a", Cancel);
        File.SetUnixFileMode(_directory["tree/sub/a"], (UnixFileMode)0x1a4);
        File.SetUnixFileMode(_directory["tree/sub"], (UnixFileMode)0x1ed);
        await File.WriteAllBytesAsync(_directory["tree.tar.gz"], new SmallTar().Directory("./sub/").File("./sub/a", "a").Gzip(), Cancel);
        var report = await ArtifactComparer.CompareAsync(_directory["tree"], _directory["tree.tar.gz"], Cancel);
        Assert.Equal([(".", DifferenceKind.Type)], report.Differences.Where(difference => difference.Kind is not DifferenceKind.Header).Select(difference => (difference.Path, difference.Kind)));
    }

    [Fact]
    public async Task What_is_not_there_or_no_file_is_an_error_that_names_it()
    {
        await File.WriteAllTextAsync(_directory["a"], "a", Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ArtifactComparer.CompareAsync(_directory["a"], _directory["none"], Cancel));
        Assert.Equal($"there is no `{_directory["none"]}`", error.Message);
        Assert.NotNull(error.Hint);
        error = await Assert.ThrowsAsync<UserErrorException>(() => ArtifactComparer.CompareAsync("/dev/null", _directory["a"], Cancel));
        Assert.Equal("`/dev/null` is no file or directory", error.Message);
    }

    [Fact]
    public async Task A_damaged_archive_is_an_error_that_names_it()
    {
        var whole = new SmallTar().File("a", string.Concat(Enumerable.Range(0, 5000))).Build();
        var gzip = SmallTar.Gzip(whole);
        foreach (var damaged in (byte[][])[gzip[..^20], whole[..600], new SmallDeb().ToArray()[..200], new SmallRpm().ToArray()[..150]])
        {
            byte[] other = damaged[0] == gzip[0] ? SmallTar.Gzip([1, .. whole]) : damaged[0] == (byte)'!' ? new SmallDeb().ToArray() : damaged[0] == 0xed ? new SmallRpm().ToArray() : new SmallTar().File("a", "x").Build();
            var error = await Assert.ThrowsAsync<UserErrorException>(() => CompareAsync(other, damaged));
            Assert.StartsWith($"cannot read `{_directory["other"]}`: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Damaged_archives_that_are_equal_are_not_opened() => Assert.True((await CompareAsync([0x1f, 0x8b, 1], [0x1f, 0x8b, 1])).Identical);

    [Fact]
    public async Task A_damaged_archive_in_an_archive_is_compared_as_bytes()
    {
        var gzip = SmallTar.Gzip([.. Enumerable.Range(0, 5000).Select(i => (byte)i)]);
        var difference = Assert.Single((await CompareAsync(new SmallTar().File("x.gz", gzip).Build(), new SmallTar().File("x.gz", gzip[..^9]).Build())).Differences);
        Assert.Equal(("x.gz", DifferenceKind.Content), (difference.Path, difference.Kind));
        Assert.StartsWith("it cannot be opened: the compressed data is damaged", difference.Details[^1].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archives_that_hold_themselves_end()
    {
        static byte[] Nested(byte[] content)
        {
            for (var i = 0; i < 40; i++)
                content = SmallTar.Gzip(content);
            return content;
        }

        Assert.NotEmpty((await CompareAsync(Nested("1"u8.ToArray()), Nested("2"u8.ToArray()))).Differences);
    }

    [Fact]
    public async Task Names_that_lead_out_of_an_archive_are_only_names()
    {
        var report = await CompareAsync(new SmallTar().File("../../etc/x", "1").File("/abs", "1").Build(), new SmallTar().File("../../etc/x", "2").File("/abs", "2").Build());
        Assert.Equal(["../../etc/x", "/abs"], report.Differences.Select(difference => difference.Path));
        Assert.Equal(["one", "other"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
    }

    private async Task<(string? Id, DifferenceKind Kind)> OnlyCauseAsync(byte[] one, byte[] other)
    {
        var difference = Assert.Single((await CompareAsync(one, other)).Differences);
        return (Assert.Single(difference.Causes).Id, difference.Kind);
    }

    // Both ways round, which must be mirror images.
    private async Task<ComparisonReport> CompareAsync(byte[] one, byte[] other)
    {
        await File.WriteAllBytesAsync(_directory["one"], one, Cancel);
        await File.WriteAllBytesAsync(_directory["other"], other, Cancel);
        var report = await ArtifactComparer.CompareAsync(_directory["one"], _directory["other"], Cancel);
        var mirrored = (await ArtifactComparer.CompareAsync(_directory["other"], _directory["one"], Cancel)).Mirror();
        Assert.Equal(ReportJson.Of(report).ToJsonString(), ReportJson.Of(mirrored).ToJsonString());
        return report;
    }

    private static byte[] Image(string content)
    {
        SortedDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
        JsonObject Descriptor(byte[] blob)
        {
            var hex = Convert.ToHexStringLower(SHA256.HashData(blob));
            blobs[$"blobs/sha256/{hex}"] = blob;
            return new JsonObject { ["digest"] = $"sha256:{hex}", ["size"] = blob.Length };
        }

        byte[] Json(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());

        var layer = Descriptor(new SmallTar().File("etc/motd", content).Gzip());
        var manifest = Descriptor(Json(new JsonObject { ["config"] = Descriptor(Json(new JsonObject { ["os"] = "linux" })), ["layers"] = new JsonArray(layer) }));
        manifest["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
        var tar = new SmallTar();
        foreach (var (name, blob) in blobs)
            tar.File(name, blob);
        return tar.File("index.json", Json(new JsonObject { ["manifests"] = new JsonArray(manifest) })).File("oci-layout", """{"imageLayoutVersion":"1.0.0"}""").Build();
    }
}
