using System.Text.Json;
using Monogres.Records;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Results.Tests;

public class TargetManifestTests
{
    internal static readonly TargetManifest Sample = new()
    {
        Target = "postgres@15.18+minimal",
        Platform = "debian12-amd64",
        Toolchain = "gcc",
        Payload = Digest.Of("payload"u8),
        Action = Digest.Of("action"u8),
        SourceDateEpoch = 1_700_000_000,
        Source = Digest.Of("source"u8),
        SourceFiles = [new ManifestFile("tarball", Digest.Of("tarball"u8).Hash.ToString(), 7), new ManifestFile("tag", Digest.Of("tag"u8).Hash.ToString(), 3)],
        BuildRoot = Digest.Of("root"u8),
        Packages = [Package("gcc-12", "12.2.0-14"), Package("libc6-dev", "2.36-9"), Package("make", "4.3-4.1")],
        Configure = ["--prefix=/usr/lib/postgresql/15", "--with-openssl", "--without-icu"],
        Script = Digest.Of("script"u8),
    };

    [Fact]
    public void The_text_of_a_manifest_is_known() => Golden.Match(Sample.ToText(), "manifest.json");

    [Fact]
    public void The_text_names_the_archive_when_one_was_written() =>
        Golden.Match((Sample with { Archive = new ManifestFile("postgres-15.18.tar", Digest.Of("tar"u8).Hash.ToString(), 10_240) }).ToText(), "manifest-archive.json");

    [Fact]
    public void The_text_names_the_archives_of_the_toolchain_when_there_are_any() =>
        Golden.Match((Sample with { Toolchain = "zig", ToolchainArchives = [Zig] }).ToText(), "manifest-zig.json");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_manifest_reads_back_as_it_was_written(bool archive)
    {
        var manifest = archive ? Sample with { Archive = new ManifestFile("a.tar", "00", 1), ToolchainArchives = [Zig] } : Sample;
        var again = TargetManifest.Parse(manifest.ToText());
        Assert.Equal(manifest.ToText(), again.ToText());
        Assert.Equal(manifest.Archive, again.Archive);
        Assert.Empty(again.DifferencesFrom(manifest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "version": 1, "target": "postgres@15.18" }""")]
    public void What_is_no_manifest_is_not_read(string text) => Assert.Throws<JsonException>(() => TargetManifest.Parse(text));

    [Theory]
    [InlineData("\"packages\": [", "\"parcels\": [")]
    [InlineData("\"script\": \"", "\"script\": \"x")]
    [InlineData("\"sourceDateEpoch\": 1700000000", "\"sourceDateEpoch\": \"now\"")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"target\": \"postgres", "\"target\": null, \"toolchain\": \"postgres")]
    public void What_is_not_quite_a_manifest_is_not_read(string old, string @new)
    {
        var text = Sample.ToText();
        Assert.Contains(old, text, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => TargetManifest.Parse(text.Replace(old, @new, StringComparison.Ordinal)));
    }

    [Fact]
    public void Lists_that_are_null_are_not_read()
    {
        var text = Sample.ToText();
        var start = text.IndexOf("\"packages\": [", StringComparison.Ordinal);
        var end = text.IndexOf(']', start);
        Assert.Throws<JsonException>(() => TargetManifest.Parse(text[..start] + "\"packages\": null" + text[(end + 1)..]));
    }

    [Fact]
    public void A_renewed_archive_of_the_toolchain_is_named_with_both_digests() => Assert.Equal(
        ["toolchain archive zig.tar.xz: removed, sha256 11", "toolchain archive zig.tar.xz: added, sha256 22"],
        (Sample with { ToolchainArchives = [Zig with { Sha256 = "22" }] }).DifferencesFrom(Sample with { ToolchainArchives = [Zig] }));

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static readonly Dictionary<string, (TargetManifest Now, string[] Differences)> Changed = new()
    {
        ["source"] = (Sample with { Source = Digest.Of("other"u8) }, [$"source tree: was {Sample.Source}, is {Digest.Of("other"u8)}"]),
        ["date"] = (Sample with { SourceDateEpoch = 1 }, ["source date: was 1700000000, is 1"]),
        ["script"] = (Sample with { Script = Digest.Empty }, [$"build script: was {Sample.Script}, is {Digest.Empty}"]),
        ["package added"] = (Sample with { Packages = [.. Sample.Packages, Package("zlib1g-dev", "1.2.13")] }, ["package zlib1g-dev: added, 1.2.13"]),
        ["package removed"] = (Sample with { Packages = Sample.Packages[1..] }, ["package gcc-12: removed, was 12.2.0-14"]),
        ["package renewed"] = (Sample with { Packages = [Package("gcc-12", "12.2.0-15"), .. Sample.Packages[1..]] }, ["package gcc-12: was 12.2.0-14, is 12.2.0-15"]),
        ["package rebuilt"] = (Sample with { Packages = [Package("gcc-12", "12.2.0-14") with { Sha256 = "00" }, .. Sample.Packages[1..]] }, ["package gcc-12: was 12.2.0-14, is 12.2.0-14 with other content"]),
        ["package of two machines"] = (Sample with { Packages = [Package("gcc-12", "12.2.0-14"), Package("gcc-12", "12.2.0-15") with { Architecture = "arm64" }, .. Sample.Packages[1..]] },
            ["package gcc-12: was 12.2.0-14, is 12.2.0-14 (amd64) and 12.2.0-15 (arm64)"]),
        ["toolchain archive added"] = (Sample with { ToolchainArchives = [Zig] }, ["toolchain archive zig.tar.xz: added, sha256 11"]),
        ["configure"] = (Sample with { Configure = ["--prefix=/usr/lib/postgresql/15", "--without-openssl", "--without-icu"] },
            ["configure: --with-openssl removed", "configure: --without-openssl added"]),
        ["root alone"] = (Sample with { BuildRoot = Digest.Empty, Action = Digest.Empty }, [$"root (composed by other rules from the same packages): was {Sample.BuildRoot}, is {Digest.Empty}"]),
        ["action alone"] = (Sample with { Action = Digest.Empty }, [$"action (run in another way): was {Sample.Action}, is {Digest.Empty}"]),
        ["result alone"] = (Sample with { Payload = Digest.Empty }, []),
        ["root with its packages"] = (Sample with { BuildRoot = Digest.Empty, Action = Digest.Empty, Packages = Sample.Packages[1..] }, ["package gcc-12: removed, was 12.2.0-14"]),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_change_has_its_words(string what) => Assert.Equal(Changed[what].Differences, Changed[what].Now.DifferencesFrom(Sample));

    private static ManifestFile Zig => new("zig.tar.xz", "11", 12);

    private static ManifestPackage Package(string name, string version) => new(name, version, "amd64", Digest.Of(System.Text.Encoding.UTF8.GetBytes(name + version)).Hash.ToString());
}
