using System.Text.Json.Nodes;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>The main job on real sources. Slow: PostgreSQL is compiled.</summary>
public sealed class RealPostgresTests
{
    private const string Main = "postgres@15.18";

    [Fact]
    public async Task A_server_is_built_from_source_started_asked_and_stopped()
    {
        var asked = (await new Tool().RunAsync("run", "postgres@15.18", "--", "psql", "-tAc", "select version()")).Succeeded();
        Assert.Equal("PostgreSQL 15.18 on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit\n", asked.Out);

        var again = (await new Tool().RunAsync("run", "postgres@15.18", "--", "psql", "-qtAc", "create extension \"uuid-ossp\"", "-c", "create extension pgcrypto", "-c", "select count(*) > 40 from pg_available_extensions")).Succeeded();
        Assert.DoesNotContain("build", again.Error, StringComparison.Ordinal);
        Assert.Equal("t\n", again.Out);
    }

    [Fact]
    public async Task A_server_for_arm64_is_built_on_amd64_and_answers_under_an_emulator()
    {
        SlowTests.SkipUnlessTurnOf(SlowTests.Turn.OtherProcessor);
        string[] target = ["postgres@15.18+barebones", "--platform", "debian12-arm64"];
        var asked = (await new Tool().RunAsync(["run", .. target, "--", "psql", "-tAc", "select version()"])).Succeeded();
        Assert.Equal("PostgreSQL 15.18 on aarch64-unknown-linux-gnu, compiled by aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0, 64-bit\n", asked.Out);

        var report = JsonNode.Parse((await new Tool().RunAsync(["test", .. target, "--json"])).Succeeded().Out.Trim().Split('\n')[^1])!;
        Assert.Equal((int?)report["total"], (int?)report["passed"]);
        Assert.Every(report["tests"]!.AsArray(), test => Assert.StartsWith("extension:", (string?)test!["name"], StringComparison.Ordinal));

        // Its extensions are cross-compiled as it is, and run where it runs.
        var aggregated = (await new Tool().RunAsync(["run", .. target, "--with", "first_last_agg", "--", "psql", "-qtA", "-c", "create extension first_last_agg", "-c", "select last(x order by x) from generate_series(1, 3) x"])).Succeeded();
        Assert.Equal("3\n", aggregated.Out);

        var refused = (await new Tool().RunAsync(["run", .. target, "--debugger", "--", "true"])).ExitedWith(1);
        Assert.Contains("there is no debugger for debian12-arm64", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_of_a_run_decides_its_exit_code()
    {
        (await new Tool().RunAsync("run", Main, "--", "psql", "-c", "select 1/0")).ExitedWith(1);
        (await new Tool().RunAsync("run", Main, "--", "sh", "-c", "exit 7")).ExitedWith(7);
    }

    [Fact]
    public async Task PostgreSQLs_own_regression_tests_pass_on_what_was_built()
    {
        var report = JsonNode.Parse((await new Tool().RunAsync("test", Main, "--json")).Succeeded().Out.Trim().Split('\n')[^1])!;
        Assert.Equal((int?)report["total"], (int?)report["passed"]);

        // Those of PostgreSQL, and the smoke tests of what was built: each option, each extension.
        var names = report["tests"]!.AsArray().Select(test => (string)test!["name"]!).ToArray();
        Assert.Equal(217, names.Count(name => !name.Contains(':', StringComparison.Ordinal)));
        Assert.Equal(["option:nls", "option:readline", "option:openssl", "option:uuid", "option:zlib"], names.Where(name => name.StartsWith("option:", StringComparison.Ordinal)));
        Assert.True(names.Count(name => name.StartsWith("extension:", StringComparison.Ordinal)) > 40, string.Join(' ', names));
    }

    [Fact]
    public async Task A_debugger_shows_the_source_lines_of_a_running_backend()
    {
        const string script = """
            psql -qc 'select pg_sleep(600)' &
            while pid=$(psql -tAc "select pid from pg_stat_activity where wait_event = 'PgSleep'"); [ -z "$pid" ]; do sleep 0.1; done
            gdb --batch --pid="$pid" --eval-command=backtrace --eval-command='frame function pg_sleep' --eval-command=list
            """;
        var asked = (await new Tool().RunAsync("run", Main, "--debugger", "--", "sh", "-c", script)).Succeeded();
        Assert.Matches(@"#\d+ .* in PostgresMain \(.*\) at postgres\.c:\d+", asked.Out);
        Assert.Matches(@"\n\d+\t.*WaitLatch", asked.Out);
    }

    [Fact]
    public async Task An_archive_is_a_complete_relocatable_tree()
    {
        using var directory = new TemporaryDirectory();
        var built = (await new Tool().RunAsync("build", Main, "--output", directory["dist"])).Succeeded();
        var archive = directory["dist/postgres-15.18-minimal-debian12-amd64.tar"];
        Assert.Equal($"{archive}\n{archive[..^4]}-symbols.tar\n{Path.ChangeExtension(archive, ".json")}\n", built.Out);

        await System.Formats.Tar.TarFile.ExtractToDirectoryAsync(archive, directory.Path, overwriteFiles: false);
        var top = directory["postgres-15.18-minimal-debian12-amd64"];
        foreach (var file in new[]
        {
            "bin/postgres", "bin/initdb", "bin/psql", "bin/pg_dump", "bin/pg_upgrade", "bin/pg_config", "bin/pgbench", "lib/libpq.so.5",
            "lib/pgcrypto.so", "lib/uuid-ossp.so", "lib/dblink.so", "lib/postgres_fdw.so", "lib/pgxs/src/makefiles/pgxs.mk",
            "include/server/postgres.h", "share/extension/hstore.control", "share/timezone/Europe/Vienna",
        })
            Assert.True(File.Exists(Path.Combine(top, file)), $"{file} is missing");

        // Every program finds its own libraries, wherever the tree stands, and says so.
        foreach (var file in new[] { "bin/psql", "lib/dblink.so" })
            Assert.Contains("$ORIGIN/../lib", await File.ReadAllTextAsync(Path.Combine(top, file), System.Text.Encoding.Latin1), StringComparison.Ordinal);

        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(archive, ".json")))!;
        Assert.Equal("postgres@15.18+minimal", (string?)manifest["recipe"]!["target"]);
        Assert.Equal("2.34", (string?)manifest["result"]!["symbolVersions"]!["GLIBC"]);
        Assert.Contains(manifest["result"]!["libraries"]!.AsArray(), library => (string?)library == "libssl.so.3");

        // The list of packages stands beside, named by its digest: many targets share it.
        var packages = await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(archive)!, $"packages-{((string?)manifest["recipe"]!["packages"])![..16]}.json"));
        Assert.Equal((string?)manifest["recipe"]!["packages"], Monogres.Core.Digest.Of(packages).ToString());
        Assert.Contains(JsonNode.Parse(packages)!["packages"]!.AsArray(), package => (string?)package!["name"] == "gcc-12");
    }

    [Fact]
    public async Task Pg_config_names_no_path_of_the_builder_and_keeps_the_origin()
    {
        var asked = (await new Tool().RunAsync("run", Main, "--", "pg_config")).Succeeded();
        Assert.Contains("-rpath,'$ORIGIN/", asked.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/build/", asked.Out, StringComparison.Ordinal);
        Assert.Contains("CONFIGURE =  '--build=x86_64-pc-linux-gnu'", asked.Out, StringComparison.Ordinal);
    }
}
