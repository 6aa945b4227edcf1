using System.Text.Json.Nodes;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>What was built is built again under other conditions, and compared: by its target, and by files that somebody was given.</summary>
public sealed class VerifyTests : IDisposable
{
    private const string Extension = "numeral/postgres@15.18+minimal";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Packages_are_rebuilt_with_everything_varied_and_are_the_same_to_the_last_byte()
    {
        (await new Tool().RunAsync("build", Extension, "--format", "tar.zst,zip,deb", "--output", _directory["dist"])).Succeeded();
        string[] files = [.. Directory.GetFiles(_directory["dist"]).Where(file => Path.GetExtension(file) is not ".json").Order(StringComparer.Ordinal)];
        Assert.Equal(6, files.Length);

        var verified = (await new Tool().RunAsync(["verify", .. files, "--vary", "all", "--json"])).Succeeded();

        var lines = verified.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        var begun = Assert.Single(lines, line => (string?)line["event"] == "verifying");
        Assert.Equal(Server, (string?)Assert.Single(begun["given"]!.AsArray()));
        Assert.True(begun["varied"]!.AsArray().Count >= 24, begun.ToJsonString());
        var verdict = Assert.Single(lines, line => (string?)line["event"] == "verified");
        Assert.Equal(["payload", "symbols", .. files.Select(Path.GetFileName)], verdict["files"]!.AsArray().Select(file => (string)file!["name"]!).Order(new KindFirst()));
        Assert.Every(verdict["files"]!.AsArray(), file => Assert.True((bool)file!["same"]!));
    }

    [Fact]
    public async Task PostgreSQL_is_rebuilt_as_another_user_in_another_year_on_another_file_system_and_is_the_same()
    {
        SlowTests.SkipUnlessTurnOf(SlowTests.Turn.Rebuild);
        // One processor would take twice as long, and is varied for the extension.
        var release = Environment.GetEnvironmentVariable("MONOGRES_TEST_RELEASE") is { Length: > 0 } named ? $"postgres@{named}+minimal" : Server;
        var verified = (await new Tool().RunAsync("verify", release, "--vary", "-processors", "--json")).Succeeded();
        var verdict = Assert.Single(verified.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!), line => (string?)line["event"] == "verified");
        Assert.True((bool)verdict["same"]!);
    }

    [Fact]
    public async Task Artifacts_without_a_manifest_are_verified_by_what_they_say_and_the_one_that_was_changed_is_named()
    {
        (await new Tool().RunAsync("build", Extension, "--format", "tar,tar.zst,zip,deb,oci", "--output", _directory["dist"])).Succeeded();
        var tar = Path.Combine(_directory["dist"], $"{Name}.tar");
        Directory.CreateDirectory(_directory["given/pool"]);
        Directory.CreateDirectory(_directory["unpacked"]);
        Directory.CreateDirectory(_directory["image"]);
        File.Move(Path.Combine(_directory["dist"], $"{Name}.tar.zst"), _directory["given/renamed.tar.zst"]);
        File.Move(Path.Combine(_directory["dist"], $"{Name}.zip"), _directory["given/some.zip"]);
        File.Move(Directory.GetFiles(_directory["dist"], "postgresql-15-numeral_*.deb").Single(), _directory["given/pool/numeral.deb"]);
        System.Formats.Tar.TarFile.ExtractToDirectory(tar, _directory["unpacked"], overwriteFiles: false);
        System.Formats.Tar.TarFile.ExtractToDirectory(Path.Combine(_directory["dist"], $"{Name}.oci.tar"), _directory["image"], overwriteFiles: false);
        var tree = Path.Combine(_directory["unpacked"], Name);
        var changed = Directory.GetFiles(tree, "numeral.control", SearchOption.AllDirectories).Single();
        File.AppendAllText(changed, "# changed\n");

        var verified = (await new Tool().RunAsync("verify", _directory["given"], tree, _directory["image"], "--json")).ExitedWith(3);
        var verdict = Assert.Single(verified.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!), line => (string?)line["event"] == "verified");
        Assert.Equal(
            [("payload", true), ("numeral.deb", true), ("renamed.tar.zst", true), ("some.zip", true), (tree, false), (_directory["image"], true)],
            verdict["files"]!.AsArray().Select(file => ((string)file!["name"]!, (bool)file["same"]!)));
        Assert.Contains(verdict["differences"]![0]!["differences"]!.AsArray(), one => ((string)one!["path"]!).EndsWith("numeral.control", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_was_changed_is_refused_before_anything_is_rebuilt_and_one_of_others_says_what_to_do()
    {
        (await new Tool().RunAsync("build", Extension, "--output", _directory["dist"])).Succeeded();
        var file = Directory.GetFiles(_directory["dist"], "numeral*.tar").Order(StringComparer.Ordinal).First();
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.Write(handle, "x"u8, RandomAccess.GetLength(handle) / 2);

        var changed = (await new Tool().RunAsync("verify", file)).ExitedWith(3);
        Assert.Contains($"error: {file} is not what ", changed.Error, StringComparison.Ordinal);

        File.WriteAllText(_directory["foreign.deb"], "not even a package");
        var unknown = (await new Tool().RunAsync("verify", _directory["foreign.deb"])).ExitedWith(1);
        Assert.Contains($"error: nothing says what {_directory["foreign.deb"]} was made of", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_matrix_holds_is_verified_and_the_table_says_how_often_and_under_which_axes()
    {
        string[] words = ["matrix", Extension, "--output", _directory["matrix"], "--verify", "--vary", "umask,locale,runner"];
        var run = (await new Tool().RunAsync(words)).Succeeded();
        Assert.Contains("proven 1× under 2 axes", run.Out, StringComparison.Ordinal);
        var proof = Assert.Single(JsonNode.Parse(await File.ReadAllTextAsync(_directory["matrix/matrix.jsonl"]))!["proofs"]!.AsArray())!;
        Assert.Equal(["umask", "locale"], proof["varied"]!.AsArray().Select(axis => (string)axis!));
        Assert.Equal(["runner"], proof["notVaried"]!.AsArray().Select(axis => (string)axis!));

        // What is known is not shown again.
        Assert.DoesNotContain("rebuilding", (await new Tool().RunAsync(words)).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_index_says_what_that_index_described_otherwise()
    {
        (await new Tool().RunAsync("build", Extension, "--output", _directory["dist"])).Succeeded();
        DocumentsTests.CopyDirectory(Path.Combine(Tool.Repository, "index"), _directory["index"]);
        var style = _directory["index/styles/pgxs.json"];
        var changed = JsonNode.Parse(await File.ReadAllTextAsync(style))!;
        changed["steps"]!.AsArray().First(step => step!["run"] is not null)!["run"]!.AsArray().Add("echo another index");
        await File.WriteAllTextAsync(style, changed.ToJsonString());

        var file = Directory.GetFiles(_directory["dist"], "numeral*.tar").Order(StringComparer.Ordinal).First();
        var other = (await new Tool().RunAsync("verify", file, "--index", _directory["index"])).ExitedWith(1);
        Assert.Contains($"error: {file} was made from another index, or by another version of the tool: they described another build of `numeral@1.3/postgres@15.18+minimal`", other.Error, StringComparison.Ordinal);
        Assert.Matches("recipe: it was [0-9a-f]{64}/[0-9]+, is [0-9a-f]{64}/[0-9]+\n +index: it was ", other.Error);
        Assert.Contains("monogres plan numeral@1.3/postgres@15.18+minimal --index then/index --json", other.Error, StringComparison.Ordinal);
        Assert.Contains("build script: was ", other.Error, StringComparison.Ordinal);
    }

    private const string Server = "postgres@15.18+minimal", Name = "numeral-1.3-postgres-15.18-minimal-debian12-amd64";

    // Payload and symbols come before the files, which are sorted.
    private sealed class KindFirst : IComparer<string>
    {
        public int Compare(string? one, string? other) => (one is "payload" or "symbols", other is "payload" or "symbols") switch
        {
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(one, other),
        };
    }
}
