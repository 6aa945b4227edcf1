using System.Text.Json;
using Monogres.Core;
using Monogres.Index;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Platforms.Lock;
using Monogres.Results.Testing;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

/// <summary>What needs the index only: there is neither home nor store.</summary>
public class IndexCommandsTests
{
    [Fact]
    public async Task The_index_of_this_repository_is_sound()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("index", "check");
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        Assert.StartsWith("the index is valid: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_is_one_object_a_line()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("plan", "postgres@15.17..15.18", "--option-set", "barebones", "--json");
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        var targets = Lines(output);
        Assert.Every(targets, target => Assert.Equal(2, target.GetProperty("version").GetInt32()));
        Assert.Equal(["postgres@15.17+barebones", "postgres@15.18+barebones"], targets.Select(target => target.GetProperty("target").GetString()));

        // Without a store nothing is known, so everything would run.
        Assert.False(targets[0].GetProperty("built").GetBoolean());
        Assert.Equal(["debian12-amd64 toolchain", "debian12-amd64 fixed machine", "postgres-15.17 source", "postgres@15.17+barebones build"], targets[0].GetProperty("steps").EnumerateArray()
            .Select(step => step.GetProperty("name").GetString()!.Split(" (")[0]));
        Assert.Every(targets[0].GetProperty("steps").EnumerateArray(), step => Assert.Equal("there is no store yet", step.GetProperty("why").GetString()));
    }

    [Fact]
    public async Task A_plan_names_the_archives_of_its_toolchain_by_digest()
    {
        const string archive = "zig-linux-x86_64-0.13.0.tar.xz", hash = "d45312e61ebcc48032b77bc4cf7fd6915c11fa16e4aad116b66c9468211230ea";
        var (exitCode, output, error) = await CommandLine.RunAsync("plan", "postgres@15.18", "postgres@17", "--toolchain", "zig");
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        Assert.EndsWith($"\nzig is made of {archive} (sha256 {hash})\n", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Count(c => c == '\n'));

        var planned = Assert.Single(Lines((await CommandLine.RunAsync("plan", "postgres@15.18", "--toolchain", "zig", "--json")).Out));
        var listed = Assert.Single(planned.GetProperty("toolchainArchives").EnumerateArray());
        Assert.Equal((archive, hash, 47082308), (listed.GetProperty("name").GetString(), listed.GetProperty("sha256").GetString(), listed.GetProperty("size").GetInt64()));
        var usual = (await CommandLine.RunAsync("plan", "postgres@15.18")).Out;
        Assert.StartsWith("postgres@15.18", usual, StringComparison.Ordinal);
        Assert.DoesNotContain("made of", usual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_named_twice_is_planned_once() =>
        Assert.Single((await CommandLine.RunAsync("plan", "postgres@15.18", "postgres@15.18")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("build", "postgres@15.99")]
    [InlineData("run", "postgres@99")]
    [InlineData("shell", "postgres@15..18")]
    [InlineData("explain", "nothing@15")]
    [InlineData("test", "postgres@15+maximal")]
    public async Task A_wrong_target_is_said_before_a_store_is_looked_for(params string[] args)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(args);
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("home directory", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_projects_are_listed() =>
        Assert.Contains("postgres  ", (await CommandLine.RunAsync("list")).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Extensions_are_listed_beside_the_servers_and_modules_are_marked() =>
        Assert.Matches("\nadminpack +module +File functions", (await CommandLine.RunAsync("list")).Out);

    [Fact]
    public async Task The_list_is_one_document()
    {
        using var document = JsonDocument.Parse((await CommandLine.RunAsync("list", "--json")).Out);
        var kinds = document.RootElement.EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => (one.GetProperty("kind").GetString(), one.GetProperty("releases").ValueKind));
        Assert.Equal(("server", JsonValueKind.Number), kinds["postgres"]);
        Assert.Equal(("module", JsonValueKind.Null), kinds["pgcrypto"]);
    }

    [Fact]
    public async Task A_module_is_listed_with_the_majors_that_have_it()
    {
        using var nothing = new TemporaryDirectory();
        Golden.Match((await CommandLine.RunAsync("list", "hstore_plperl", "--results", nothing.Path)).Out, "list-module.txt");
    }

    [Fact]
    public async Task An_extension_is_listed_with_what_its_versions_claim()
    {
        using var index = new TemporaryDirectory();
        WriteExtension(index);
        var (exitCode, output, error) = await CommandLine.RunAsync("list", "pg_sample", "--index", index.Path);
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        var (_, json, _) = await CommandLine.RunAsync("list", "pg_sample", "--index", index.Path, "--json");
        Golden.Match($"{output}\n{json}", "list-extension.txt");
    }

    [Fact]
    public async Task An_extension_is_listed_with_how_far_it_is_tested()
    {
        using var index = new TemporaryDirectory();
        WriteExtension(index);
        Directory.CreateDirectory(index["results"]);
        var results = new MatrixFiles(index["results"]);
        MatrixRow[] rows =
        [
            Row("pg_sample@1.10/postgres@15.18+minimal", MatrixStatus.Built, TestLevel.Tested),
            Row("pg_sample@1.10/postgres@15.18+full", MatrixStatus.TestsFailed, TestLevel.Created),
            Row("pg_sample@1.10/postgres@17.11+minimal", MatrixStatus.TestsFailed, TestLevel.Created) with { Reason = "failed: counts" },
            Row("pg_sample@1.9/postgres@15.18+minimal", MatrixStatus.Failed, null) with { Payload = null, Reason = "sample.c:1:2: error: no" },
        ];
        foreach (var row in rows)
            results.Append(row);
        string[] command = ["list", "pg_sample", "--index", index.Path, "--results", index["results"]];
        var (exitCode, output, error) = await CommandLine.RunAsync(command);
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        var (_, json, _) = await CommandLine.RunAsync([.. command, "--json"]);
        Golden.Match($"{output}\n{json}", "list-results.txt");

        static MatrixRow Row(string target, MatrixStatus status, TestLevel? level) => new()
        {
            Target = target, Platform = "debian12-amd64", Toolchain = "gcc", Status = status, Level = level, Passed = level is null ? null : 4, Tests = level is null ? null : 5,
            Builds = 1, Payload = Digest.Of("payload"u8), Key = Digest.Of("key"u8), Date = new DateOnly(2026, 11, 22),
        };
    }

    [Fact]
    public async Task A_release_is_listed_with_all_that_the_index_says_of_it()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("list", "postgres@15.18");
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        Assert.StartsWith("postgres@15.18: The PostgreSQL database server", output, StringComparison.Ordinal);
        var release = (await IndexReader.ReadAsync(RepositoryFiles.Index, TestContext.Current.CancellationToken)).OrThrow().DefaultServer.Release(PgVersion.Parse("15.18"));
        Assert.NotEmpty(release.Files);
        foreach (var file in release.Files)
            Assert.Contains($"\n  {file.Source}: sha256 {file.Sha256}, ", output, StringComparison.Ordinal);
        Assert.Contains($"\ncommit       {release.Commit ?? "-"}\n", output, StringComparison.Ordinal);
        Assert.Matches("\nextensions   [0-9]{2,} support it, besides its own [0-9]{2,} modules: `monogres plan '[*]/postgres@15[.]18'`\n", output);
        Assert.Contains("\noption sets  ", output, StringComparison.Ordinal);
        Assert.Contains("debian12-amd64", output, StringComparison.Ordinal);
        Assert.EndsWith("\nnot built here: there is no store yet\n", output, StringComparison.Ordinal);

        // A major stands for its newest release, as in targets.
        Assert.Equal((await CommandLine.RunAsync("list", "postgres@15.20")).Out, (await CommandLine.RunAsync("list", "postgres@15")).Out);
    }

    [Fact]
    public async Task A_release_is_listed_with_those_who_vouch_for_its_files_and_what_upstream_warns_of()
    {
        var output = (await CommandLine.RunAsync("list", "postgres@15.14")).Out;
        Assert.Contains("postgresql-15.14.tar.bz2\n    vouched for by docker-library, conda-forge\n", output, StringComparison.Ordinal);
        Assert.Contains("REL_15_14.tar.gz\n    vouched for by git alone\n", output, StringComparison.Ordinal);
        Assert.Contains("\nwho vouches:\n  git: Made again from the commit", output, StringComparison.Ordinal);
        Assert.Contains("\n  conda-forge: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("openwrt", output, StringComparison.Ordinal);
        Assert.Contains("\nwarning      its ABI differs ", (await CommandLine.RunAsync("list", "postgres@17.1")).Out, StringComparison.Ordinal);
        var lines = (await CommandLine.RunAsync("list", "postgres@14.3..14.4")).Out.Split('\n');
        Assert.DoesNotContain("warning", lines[0], StringComparison.Ordinal);
        Assert.Contains("  warning: CREATE INDEX CONCURRENTLY", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warning: upstream warns of postgres@14.3: CREATE INDEX CONCURRENTLY", "build", "postgres@14.3", "--offline")]
    [InlineData("warning: upstream warns of postgres@17.1: its ABI differs", "build", "pgvector@0.8.0/postgres@17.1", "pgvector@0.8.0/postgres@17.2", "--offline")]
    public async Task A_build_says_once_what_upstream_warns_of(string warning, params string[] words)
    {
        using var store = new TemporaryDirectory();
        var (exitCode, output, error) = await CommandLine.RunAsync([.. words, "--store", store.Path]);
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.Equal(1, error.Split(warning).Length - 1);
        Assert.Equal(1, error.Split("warning: upstream").Length - 1);
    }

    [Theory]
    [InlineData("error: `{directory}` is not a git repository", "postgres@15.18")]
    [InlineData("error: `pgvector@0.8.0/postgres@17.11+minimal` is not a release of a server", "pgvector@0.8.0/postgres@17.11")]
    [InlineData("error: no release `15.81` of `postgres`", "postgres@15.81")]
    public async Task What_cannot_be_proven_is_refused(string said, string release)
    {
        using var directory = new TemporaryDirectory();
        var (_, output, error) = await CommandLine.RunAsync("index", "prove", release, "--repository", directory.Path, "--store", directory["store"]);
        Assert.Equal("", output);
        Assert.StartsWith(said.Replace("{directory}", directory.Path, StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory["store"]));
    }

    [Fact]
    public async Task A_tag_that_was_moved_ends_with_exit_code_3_and_many_releases_are_a_table()
    {
        using var directory = new TemporaryDirectory();
        foreach (var part in (string[])["objects", "refs/tags"])
            Directory.CreateDirectory(directory[$"clone/{part}"]);
        await File.WriteAllTextAsync(directory["clone/HEAD"], "ref: refs/heads/master\n", TestContext.Current.CancellationToken);
        var moved = WriteLoose(directory["clone/objects"], "commit", "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\ncommitter A <a> 1 +0000\n\n");
        await File.WriteAllTextAsync(directory["clone/refs/tags/REL_13_2"], moved + "\n", TestContext.Current.CancellationToken);
        var (exitCode, output, _) = await CommandLine.RunAsync("index", "prove", "postgres@13.0..13.3", "--repository", directory["clone"], "--store", directory["store"]);
        Assert.Equal(ExitCode.NotIdentical, exitCode);
        Golden.Match(output, "index-prove.txt");
    }

    private static string WriteLoose(string objects, string kind, string text)
    {
        byte[] content = [.. System.Text.Encoding.ASCII.GetBytes($"{kind} {text.Length}\0{text}")];
#pragma warning disable CA5350 // Git's own.
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(content));
#pragma warning restore CA5350
        Directory.CreateDirectory(Path.Combine(objects, id[..2]));
        using var file = new System.IO.Compression.ZLibStream(File.Create(Path.Combine(objects, id[..2], id[2..])), System.IO.Compression.CompressionLevel.Fastest);
        file.Write(content);
        return id;
    }

    [Fact]
    public async Task A_range_of_releases_is_listed_as_a_table()
    {
        var lines = (await CommandLine.RunAsync("list", "postgres@15.13..15.18")).Out.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 1);
        Assert.StartsWith("postgres@15.18  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("postgres@15.13  ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_of_an_extension_is_listed_alone_with_its_sources()
    {
        using var index = new TemporaryDirectory();
        WriteExtension(index);
        var (exitCode, output, error) = await CommandLine.RunAsync("list", "pg_sample@1.9", "--index", index.Path);
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        var (_, json, _) = await CommandLine.RunAsync("list", "pg_sample@1.9", "--index", index.Path, "--json");
        Golden.Match($"{output}\n{json}", "list-release-of-extension.txt");
    }

    [Theory]
    [InlineData("postgres@15.18", "postgres@15.18+minimal", "debian12-amd64", "gcc")]
    [InlineData("postgres@15", "postgres@15.20+full", "debian11-amd64", "llvm")]
    [InlineData("pgvector@0.8.0", "pgvector@0.8.0/postgres@17.11+minimal", "debian13-amd64", "gcc")]
    public async Task What_is_built_in_the_store_is_said_of_a_release(string asked, string target, string platform, string toolchain)
    {
        using var directory = new TemporaryDirectory();
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, TestContext.Current.CancellationToken)).OrThrow();
        var planner = new Planner(index, index.Platform(PlatformName.Parse(platform)), toolchain,
            one => PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, one.Folder, PackagesLockFile.FileName), one.Name.ToString()));
        using (var store = LocalStore.Open(directory["store"], TimeProvider.System))
        {
            Assert.EndsWith($"\nnot built in {directory["store"]}\n", (await CommandLine.RunAsync("list", asked, "--store", directory["store"])).Out, StringComparison.Ordinal);
            var tree = await store.Blobs.PutAsync(Array.Empty<byte>(), TestContext.Current.CancellationToken);
            await store.Memo.PutAsync(planner.Plan(TargetName.Parse(target)).Payload.Key, new MemoEntry(tree), TestContext.Current.CancellationToken);
        }

        Assert.EndsWith($"\nbuilt in {directory["store"]}:\n  {target}  {platform}  {toolchain}  e3b0c44298fc1c14\n", (await CommandLine.RunAsync("list", asked, "--store", directory["store"])).Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await CommandLine.RunAsync("list", asked, "--store", directory["store"], "--json")).Out);
        Assert.Equal(target, Assert.Single(document.RootElement.GetProperty("built").EnumerateArray()).GetProperty("target").GetString());
    }

    [Theory]
    [InlineData("error: no release `15.99` of `postgres`", "postgres@15.99")]
    [InlineData("error: no version `9.9` of `pgvector`", "pgvector@9.9")]
    [InlineData("error: `hstore` is a module of PostgreSQL, and has the version of its server", "hstore@15.18")]
    [InlineData("error: no project `postgrse` in the index", "postgrse@15.18")]
    [InlineData("error: `pgvector/postgres@17` is a target, not a project or a release", "pgvector/postgres@17")]
    [InlineData("error: `Postgres@15` cannot be the name of a project", "Postgres@15")]
    public async Task A_release_that_is_none_is_refused_with_the_reason(string message, string asked)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("list", asked);
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.Contains("\nhint: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_that_are_not_there_are_an_error() =>
        Assert.Contains("there is no directory `nowhere`", (await CommandLine.RunAsync("list", "pgcrypto", "--results", "nowhere")).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("sample", "hint: the extension `sample` is part of `pg_sample`")]
    [InlineData("pg_smple", "hint: did you mean `pg_sample`?")]
    public async Task Who_asks_by_another_name_is_told_the_right_one(string name, string hint)
    {
        using var index = new TemporaryDirectory();
        WriteExtension(index);
        Assert.Contains(hint, (await CommandLine.RunAsync("list", name, "--index", index.Path)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_are_listed_with_what_platforms_lack() => Assert.Contains(
        "\ndebian11-amd64 lacks llvm for <13.13 or >=14, <14.10 or >=15, <15.5 or >=16, <16.1: ",
        (await CommandLine.RunAsync("list", "--options")).Out, StringComparison.Ordinal);

    [Fact]
    public async Task The_platforms_are_listed_with_their_locks()
    {
        var lines = (await CommandLine.RunAsync("platform", "list")).Out.TrimEnd('\n').Split('\n');
        Assert.Equal(["debian11-amd64", "debian11-arm64", "debian12-amd64", "debian12-arm64", "debian13-amd64", "debian13-arm64"], lines.Select(line => line.Split(' ')[0]));
        Assert.Every(lines, line => Assert.Matches("  glibc 2[.][0-9]+  gcc(, llvm, zig [(]from zig-linux-[a-z0-9_.-]+[)])? +[0-9]+ packages of 20[0-9-]+$", line));
    }

    [Fact]
    public async Task What_the_index_lacks_is_answered_on_stderr_alone()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("plan", "postgres@15.99");
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains("\nhint: ", error, StringComparison.Ordinal);
    }

    private static JsonElement[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    // The repository's own index with one extension more.
    private static void WriteExtension(TemporaryDirectory index)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Index, "*", SearchOption.AllDirectories))
        {
            var target = index[Path.GetRelativePath(RepositoryFiles.Index, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Directory.CreateDirectory(index["extensions/pg_sample"]);
        File.WriteAllText(index["styles/sample.json"], """
            { "version": 1, "name": "sample", "builds": "extension", "summary": "x", "build_packages": [], "steps": [ { "name": "make", "run": ["make"] } ] }
            """);
        File.WriteAllText(index["extensions/pg_sample/repo.json"], """
            { "version": 1, "name": "pg_sample", "kind": "extension", "license": "MIT", "homepage": "https://example.org/", "summary": "A sample", "category": "search",
              "sources": { "web": { "summary": "x", "places": [ { "url": "https://example.org/{version}.tar.gz" } ] } },
              "versions": {
                "1.10": { "released": "2025-06-01T00:00:00Z", "postgres": ">=15", "files": { "web": { "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } } },
                "1.9": { "released": "2024-06-01T00:00:00Z", "postgres": ">=13, <17", "files": { "web": { "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } } } },
              "build": { "style": "sample" }, "extensions": ["sample", "sample_more"], "requires": ["hstore"], "preload": ["pg_sample"], "settings": { "sample.size": "8MB" } }
            """);
    }
}
