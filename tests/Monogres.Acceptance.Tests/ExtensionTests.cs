using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Monogres.Platforms.Packages;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>Extensions on real sources, in versions whose archives stay in Debian's pool, against the PostgreSQL that <see cref="RealPostgresTests"/> builds: pure SQL, C, C++, flex and bison, preloaded, of the server's own source.</summary>
public sealed partial class ExtensionTests
{
    internal const string Server = "postgres@15.18";

    [Fact]
    public async Task Five_extensions_are_built_installed_and_preloaded_in_a_server()
    {
        string[] names = ["pgaudit", "pg_stat_statements", "first_last_agg", "pg_rational", "pgcrypto"];
        var asked = (await new Tool().RunAsync(
        [
            "run", Server, "--with", string.Join(',', names.Select(name => name is "pgaudit" ? "pgaudit@1.7.0" : name)), "--", "psql", "-qtA", .. names.SelectMany(name => new[] { "-c", $"create extension {name}" }),
            "-c", "show shared_preload_libraries", "-c", "select first(n order by n desc) from generate_series(1, 5) n", "-c", "select '1/3'::rational + '1/6'",
            "-c", "select encode(digest('x', 'sha256'), 'hex')", "-c", "select count(*) > 0 from pg_stat_statements",
        ])).Succeeded();
        Assert.Equal("pgaudit,pg_stat_statements\n5\n9/18\n2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\nt\n", asked.Out);
    }

    [Fact]
    public async Task A_table_of_two_builds_of_each_says_that_they_are_the_same()
    {
        using var directory = new TemporaryDirectory();
        string[] names = ["first_last_agg", "mimeo", "pgaudit@1.7.0", "pgmemcache"];
        string[] matrix = ["matrix", .. names.Select(name => $"{name}/{Server}"), "--output", directory.Path];
        (await new Tool().RunAsync(matrix)).Succeeded();
        var other = new Tool { Prefix = ["taskset", "-c", "0", "sh", "-c", "umask 077; exec \"$@\"", "sh"] };
        var again = (await other.RunAsync([.. matrix, "--builds", "2"])).Succeeded();
        Assert.Every(again.Out.TrimEnd('\n').Split('\n'), line => Assert.EndsWith("built 2×, the same", line, StringComparison.Ordinal));
        Assert.Every(await File.ReadAllLinesAsync(directory["matrix.jsonl"]), row => Assert.Equal(2, (int?)JsonNode.Parse(row)!["builds"]));
    }

    [Theory]
    [InlineData("first_last_agg", "tested")]
    [InlineData("numeral", "tested")]
    [InlineData("mimeo", "created")]
    [InlineData("pgaudit@1.7.0", "tested")]
    [InlineData("hstore", "tested")]
    public async Task An_extension_is_proven_as_far_as_it_can_be(string extension, string level)
    {
        var report = JsonNode.Parse((await new Tool().RunAsync("test", $"{extension}/{Server}", "--json")).Succeeded().Out.Trim().Split('\n')[^1])!;
        Assert.Equal(level, (string?)report["level"]);
        Assert.Contains(report["tests"]!.AsArray(), test => ((string)test!["name"]!).StartsWith("create:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_builds_under_different_conditions_give_the_same_extension()
    {
        using var directory = new TemporaryDirectory();
        (await new Tool().RunAsync("build", $"numeral/{Server}", "--output", directory["one"])).Succeeded();

        var other = new Tool { Prefix = ["taskset", "-c", "0", "sh", "-c", "umask 077; exec \"$@\"", "sh"] };
        foreach (var (variable, value) in new Dictionary<string, string>
        {
            ["LC_ALL"] = "tr_TR.UTF-8", ["TZ"] = "GMT-14", ["CC"] = "false", ["CFLAGS"] = "-DPOISON", ["MAKEFLAGS"] = "-k", ["PG_CONFIG"] = "/nonexistent",
        })
            other.Environment[variable] = value;
        (await other.RunAsync("build", $"numeral/{Server}", "--no-cache", "--output", directory["two"])).Succeeded();

        Assert.Every(Directory.GetFiles(directory["one"]), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(directory["two"], Path.GetFileName(file)))));
    }

    [Fact]
    public async Task An_extension_is_packed_in_every_format_and_its_Debian_package_depends_on_its_server()
    {
        using var directory = new TemporaryDirectory();
        (await new Tool().RunAsync("build", $"numeral/{Server}", "--format", "tar.gz,tar.xz,tar.zst,zip,deb", "--output", directory.Path)).Succeeded();
        var name = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(directory.Path, "numeral-*.json")));
        foreach (var ending in new[] { "tar.gz", "tar.xz", "tar.zst", "zip" })
            Assert.Contains(Directory.GetFiles(directory.Path), file => Path.GetFileName(file) == $"{name}.{ending}");

        var file = Assert.Single(Directory.GetFiles(directory.Path, "postgresql-15-numeral_*.deb"));
        await using var package = File.OpenRead(file);
        var control = (await DebReader.ReadControlAsync(package, default)).Text;
        Assert.Contains("Package: postgresql-15-numeral\n", control, StringComparison.Ordinal);
        Assert.Matches("(?m)^Depends: postgresql-15, .*libc6 \\(>= 2\\.", control);
        Assert.Matches("(?m)^Monogres-Payload: [0-9a-f]{64}/", control);
    }

    [Fact]
    public async Task A_module_of_the_server_is_split_off_and_not_built()
    {
        using var directory = new TemporaryDirectory();
        var built = (await new Tool().RunAsync("build", $"hstore/{Server}", "--output", directory.Path)).Succeeded();
        Assert.DoesNotContain("hstore@15.18/postgres@15.18+minimal build", built.Error, StringComparison.Ordinal);

        // What is built for it is its server.
        var again = (await new Tool().RunAsync("build", $"hstore/{Server}", "--output", directory.Path)).Succeeded();
        Assert.Matches(@"^\[\d/\d\] postgres@15\.18\+minimal build: already built\n", again.Error);

        List<string> names = [];
        await using (var archive = new System.Formats.Tar.TarReader(File.OpenRead(directory["hstore-15.18-postgres-15.18-minimal-debian12-amd64.tar"])))
        {
            while (await archive.GetNextEntryAsync() is { } entry)
                names.Add(entry.Name);
        }

        Assert.Contains("hstore-15.18-postgres-15.18-minimal-debian12-amd64/lib/hstore.so", names);
        Assert.Contains("hstore-15.18-postgres-15.18-minimal-debian12-amd64/share/extension/hstore.control", names);
        Assert.DoesNotContain(names, name => name.Contains("hstore_plperl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authors_own_tree_is_built_and_tested_with_its_update()
    {
        var report = JsonNode.Parse((await new Tool().RunAsync("test", Path.Combine(Tool.Repository, "examples", "tally"), "--postgres", "15.18", "--json")).Succeeded().Out.Trim().Split('\n')[^1])!;
        Assert.Equal("tested", (string?)report["level"]);
        Assert.Equal(["create:tally", "installed", "start", "tally", "update:tally:1.0"], report["tests"]!.AsArray().Select(test => (string)test!["name"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failed_build_of_an_authors_own_tree_says_how_to_enter_its_sandbox_and_that_works_when_pasted()
    {
        using var directory = new TemporaryDirectory();
        var source = directory["my source"];
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "broken.control"), "default_version = '1.0'\n");
        await File.WriteAllTextAsync(Path.Combine(source, "Makefile"), "EXTENSION = broken\nall: x.h\nx.h:\n\tA=g; $${A}awk 1 > $@\nPGXS := $(shell pg_config --pgxs)\ninclude $(PGXS)\n");
        var tool = new Tool { Directory = directory.Path };
        var failed = (await tool.RunAsync("build", "./my source", "--postgres", "15.18")).ExitedWith(1);

        var hint = Hint().Match(failed.Error);
        Assert.True(hint.Success, failed.Error);
        Assert.Equal("monogres shell './my source' --postgres 15.18+minimal", hint.Groups["command"].Value);
        var pasted = new Tool { Directory = directory.Path, Prefix = ["sh", "-c", $"monogres() {{ \"$0\" \"$@\"; }}; {hint.Groups["command"].Value} -- cat /build/run.sh"] };
        Assert.Contains("echo '== make'", (await pasted.RunAsync()).Succeeded().Out, StringComparison.Ordinal);

        // What reading could not find is asked for.
        Assert.Equal("--packages gawk", hint.Groups["packages"].Value);
        (await tool.RunAsync(["shell", "./my source", "--postgres", "15.18", .. hint.Groups["packages"].Value.Split(' '), "--", "gawk", "--version"])).Succeeded();
    }

    [Theory]
    [InlineData("pgaudti/postgres@15.18", "did you mean `pgaudit`")]
    [InlineData("pgaudit@1.7.0/postgres@17.11", "does not support")]
    [InlineData("pgaudit@9.9/postgres@15.18", "9.9")]
    public async Task A_slip_in_an_extension_says_what_there_is(string target, string expected)
    {
        var refused = (await new Tool().RunAsync("build", target)).ExitedWith(1);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex("add it with `(?<packages>[^`]+)`; inspect its sandbox with `(?<command>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hint();
}
