using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Core;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Results.Tests;

public class TargetManifestTests
{
    internal static readonly PackageClosure Packages = new([Package("gcc-12", "12.2.0-14"), Package("libc6-dev", "2.36-9"), Package("make", "4.3-4.1")]);

    internal static readonly TargetRecipe Recipe = new()
    {
        Target = "postgres@15.18+minimal",
        Platform = "debian12-amd64",
        Toolchain = "gcc",
        Tool = "monogres 0.1.0",
        Index = Digest.Of("index"u8),
        Key = Digest.Of("key"u8),
        Action = Digest.Of("action"u8),
        SourceDateEpoch = 1_700_000_000,
        Source = Digest.Of("source"u8),
        SourceFiles = [new RecordedFile("tarball", Digest.Of("tarball"u8).Hash.ToString(), 7)],
        BuildRoot = [Digest.Of("root"u8)],
        Packages = Packages.ToDigest(),
        Configure = ["--prefix=/usr/lib/postgresql/15", "--with-openssl", "--without-icu"],
        Script = Digest.Of("script"u8),
    };

    internal static readonly TargetManifest Sample = new()
    {
        Recipe = Recipe,
        Result = new TargetResult { Payload = Digest.Of("payload"u8), Libraries = ["libc.so.6"], SymbolVersions = ImmutableSortedDictionary<string, string>.Empty.Add("GLIBC", "2.34") },
        Files = [new RecordedFile("postgres-15.18.tar", Digest.Of("tar"u8).Hash.ToString(), 10_240)],
    };

    private static RecordedFile Zig => new("zig.tar.xz", "11", 12);

    [Fact]
    public void The_text_of_a_manifest_is_known() => Golden.Match(Sample.ToText(), "manifest.json");

    [Fact]
    public void The_text_names_the_archives_of_the_toolchain_when_there_are_any() =>
        Golden.Match((Sample with { Recipe = Recipe with { Toolchain = "zig", ToolchainArchives = [Zig] } }).ToText(), "manifest-zig.json");

    [Fact]
    public void The_text_names_what_an_extension_is_built_against() => Golden.Match((Sample with
    {
        Recipe = Recipe with { Target = "tiny@1.0/postgres@15.18+minimal", Configure = null, BuiltAgainst = ImmutableSortedDictionary<string, Digest>.Empty.Add("postgres@15.18+minimal", Digest.Of("server"u8)) },
    }).ToText(), "manifest-extension.json");

    [Fact]
    public void What_checks_found_is_in_the_text_and_reads_back()
    {
        var found = Sample with
        {
            Result = Sample.Result with { Findings = [new CheckFinding("runpath", CheckSeverity.Error, "lib/x.so", "`/opt` in its RUNPATH") { Known = "as upstream has it" }] },
        };
        Assert.Contains("""
            "findings": [
                  {
                    "check": "runpath",
                    "severity": "error",
                    "file": "lib/x.so",
                    "text": "`/opt` in its RUNPATH",
                    "known": "as upstream has it"
                  }
                ]
            """, found.ToText(), StringComparison.Ordinal);
        Assert.Equal(found.ToText(), TargetManifest.Parse(found.ToText()).ToText());
    }

    [Fact]
    public void The_text_of_a_closure_of_packages_is_known() => Golden.Match(Packages.ToText(), "packages.json");

    [Fact]
    public void A_closure_reads_back_as_it_was_written_and_is_the_same_in_any_order()
    {
        Assert.Equal(Packages.ToText(), PackageClosure.Parse(Packages.ToText()).ToText());
        Assert.Equal(Packages.ToDigest(), PackageClosure.Parse(Packages.ToText()).ToDigest());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_manifest_reads_back_as_it_was_written(bool archives)
    {
        var manifest = archives ? Sample with { Recipe = Recipe with { ToolchainArchives = [Zig] } } : Sample;
        var again = TargetManifest.Parse(manifest.ToText());
        Assert.Equal(manifest.ToText(), again.ToText());
        Assert.Empty(again.Recipe.DifferencesFrom(manifest.Recipe, Packages, Packages));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "version": 2, "recipe": { "target": "postgres@15.18" } }""")]
    public void What_is_no_manifest_is_not_read(string text) => Assert.Throws<JsonException>(() => TargetManifest.Parse(text));

    [Theory]
    [InlineData("\"buildRoot\": [", "\"roots\": [")]
    [InlineData("\"script\": \"", "\"script\": \"x")]
    [InlineData("\"sourceDateEpoch\": 1700000000", "\"sourceDateEpoch\": \"now\"")]
    [InlineData("\"version\": 2", "\"version\": 1")]
    [InlineData("\"target\": \"postgres", "\"target\": null, \"toolchain\": \"postgres")]
    public void What_is_not_quite_a_manifest_is_not_read(string old, string @new)
    {
        var text = Sample.ToText();
        Assert.Contains(old, text, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => TargetManifest.Parse(text.Replace(old, @new, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_renewed_archive_of_the_toolchain_is_named_with_both_digests() => Assert.Equal(
        ["toolchain archive zig.tar.xz: removed, sha256 11", "toolchain archive zig.tar.xz: added, sha256 22"],
        (Recipe with { ToolchainArchives = [Zig with { Sha256 = "22" }] }).DifferencesFrom(Recipe with { ToolchainArchives = [Zig] }, Packages, Packages));

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static readonly Dictionary<string, (TargetRecipe Now, PackageClosure Packages, string[] Differences)> Changed = new()
    {
        ["source"] = (Recipe with { Source = Digest.Of("other"u8) }, Packages, [$"source tree: was {Recipe.Source}, is {Digest.Of("other"u8)}"]),
        ["date"] = (Recipe with { SourceDateEpoch = 1 }, Packages, ["source date: was 1700000000, is 1"]),
        ["script"] = (Recipe with { Script = Digest.Empty }, Packages, [$"build script: was {Recipe.Script}, is {Digest.Empty}"]),
        ["package added"] = With([.. Packages.Packages, Package("zlib1g-dev", "1.2.13")], "package zlib1g-dev: added, 1.2.13"),
        ["package removed"] = With(Packages.Packages[1..], "package gcc-12: removed, was 12.2.0-14"),
        ["package renewed"] = With([Package("gcc-12", "12.2.0-15"), .. Packages.Packages[1..]], "package gcc-12: was 12.2.0-14, is 12.2.0-15"),
        ["package rebuilt"] = With([Package("gcc-12", "12.2.0-14") with { Sha256 = "00" }, .. Packages.Packages[1..]], "package gcc-12: was 12.2.0-14, is 12.2.0-14 with different content"),
        ["package of two machines"] = With(
            [Package("gcc-12", "12.2.0-14"), Package("gcc-12", "12.2.0-15") with { Architecture = "arm64" }, .. Packages.Packages[1..]], "package gcc-12: was 12.2.0-14, is 12.2.0-14 (amd64) and 12.2.0-15 (arm64)"),
        ["toolchain archive added"] = (Recipe with { ToolchainArchives = [Zig] }, Packages, ["toolchain archive zig.tar.xz: added, sha256 11"]),
        ["configure"] = (Recipe with { Configure = ["--prefix=/usr/lib/postgresql/15", "--without-openssl", "--without-icu"] }, Packages,
            ["configure: --with-openssl removed", "configure: --without-openssl added"]),
        ["root alone"] = (Recipe with { BuildRoot = [Digest.Empty], Action = Digest.Empty }, Packages, [$"root (composed by different rules from the same packages): was {Recipe.BuildRoot[0]}, is {Digest.Empty}"]),
        ["action alone"] = (Recipe with { Action = Digest.Empty }, Packages, [$"action (run differently): was {Recipe.Action}, is {Digest.Empty}"]),
        ["index and tool alone"] = (Recipe with { Index = Digest.Empty, Tool = "monogres 9.9.9" }, Packages, []),
        ["server"] = (Recipe with { BuiltAgainst = ImmutableSortedDictionary<string, Digest>.Empty.Add("postgres@15.18", Digest.Empty) }, Packages, [$"payload of postgres@15.18: was , is {Digest.Empty}"]),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_change_has_its_words(string what) => Assert.Equal(Changed[what].Differences, Changed[what].Now.DifferencesFrom(Recipe, Changed[what].Packages, Packages));

    private static (TargetRecipe, PackageClosure, string[]) With(ImmutableArray<RecordedPackage> packages, string difference)
    {
        var closure = new PackageClosure(packages);
        return (Recipe with { Packages = closure.ToDigest(), BuildRoot = [Digest.Empty], Action = Digest.Empty }, closure, [difference]);
    }

    private static RecordedPackage Package(string name, string version) => new(name, version, "amd64", Digest.Of(System.Text.Encoding.UTF8.GetBytes(name + version)).Hash.ToString());
}
