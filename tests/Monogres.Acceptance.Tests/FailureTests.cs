using System.Text.RegularExpressions;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>Builds that fail, builds that would differ elsewhere, and what is remembered of builds.</summary>
public sealed partial class FailureTests(World world)
{
    [Fact]
    public async Task A_failing_build_shows_its_last_lines_where_the_log_is_and_how_to_look_inside()
    {
        using var place = world.Built();

        var failed = (await place.RunAsync("build", FixtureIndex.Failing)).ExitedWith(1);

        Assert.Equal("", failed.Out);
        Assert.Contains("error: `postgres@15.3+plain build` failed with exit code 7", failed.Error, StringComparison.Ordinal);
        Assert.Contains("line 40 before the end", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("line 1 before the end", failed.Error, StringComparison.Ordinal);
        var log = (await place.RunAsync("store", "cat", LogCommand().Match(failed.Error).Groups["hash"].Value)).Succeeded();
        Assert.StartsWith("== configure\nconfigured\n== fail\nline 1 before the end\n", log.Out, StringComparison.Ordinal);

        // The hint as it stands, with a program.
        var hint = ShellCommand().Match(failed.Error[failed.Error.IndexOf("\nhint: ", StringComparison.Ordinal)..]).Groups["words"].Value.Split(' ');
        var inside = (await place.RunAsync([.. hint, "--", "cat", "/build/run.sh"])).Succeeded();
        Assert.Contains("echo '== fail'", inside.Out, StringComparison.Ordinal);
        (await place.RunAsync([.. hint, "--", "sh", "/build/run.sh"])).ExitedWith(7);
        Assert.False(Directory.Exists(place.Dist) && Directory.EnumerateFileSystemEntries(place.Dist).Any());
    }

    [Fact]
    public async Task A_failure_is_not_remembered_and_a_success_is()
    {
        using var place = world.Built();
        for (var i = 0; i < 2; i++)
        {
            using var failing = place.Watch("build", FixtureIndex.Failing);
            (await failing.EndAsync()).ExitedWith(1);
            Assert.Single(failing.Seen, one => one.Is("started", "build"));
        }

        foreach (var (options, started) in new (string[], int)[] { ([], 0), (["--no-cache"], 1), ([], 0) })
        {
            using var run = place.Watch(["build", FixtureIndex.Quick, .. options]);
            (await run.EndAsync()).Succeeded();
            Assert.Equal(started, run.Seen.Count(one => one.Is("started", "build")));
            Assert.Equal(world.Quick, place.ReadBuilt(FixtureIndex.Quick));
        }
    }

    [Fact]
    public async Task An_output_that_tells_when_it_was_made_is_refused()
    {
        using var place = world.Built();
        var refused = (await place.RunAsync("build", FixtureIndex.Leaking)).ExitedWith(1);
        Assert.Matches("share/release holds the date of today `[0-9-]{10}` at byte 0", refused.Error);
    }

    [Fact]
    public async Task A_build_that_prints_for_ever_is_stopped_and_the_hint_names_the_limit()
    {
        using var place = world.Built();
        var stopped = (await place.RunAsync("build", FixtureIndex.Endless, "--limit", "log=20M")).ExitedWith(1);
        Assert.Contains("error: `postgres@15.5+plain build` was stopped: it used up the 20M that an action may print", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("run the command again with `--limit log=40M`", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("    there is no end to it\n", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
    }

    [Fact]
    public async Task What_a_sandbox_tells_of_the_machine_is_always_the_same()
    {
        using var place = world.Built();

        var said = (await place.RunAsync("shell", FixtureIndex.Quick, "--", "sh", "-c", "uname -a; uname -r; nproc; hostname; id -u; id -g; umask; pwd; date -u -d @$SOURCE_DATE_EPOCH +%F")).Succeeded();
        Assert.Equal("Linux build 0 0 x86_64 GNU/Linux\n0\n1\nbuild\n1000\n1000\n0022\n/build\n2026-05-11\n", said.Out);
    }

    [Fact]
    public async Task Explain_names_the_input_that_changed()
    {
        using var place = world.Built();
        place.Index = world.Index.CopyTo(place.Directory);
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        Assert.Contains("built: nothing changed since", await ExplainAsync(place), StringComparison.Ordinal);

        place.Index.Edit("styles/fixture.json", style => style["steps"]![0]!["run"]!.AsArray().Add("echo more"));
        var script = await ExplainAsync(place);
        Assert.Contains("will be built:\n  build script: was ", script, StringComparison.Ordinal);
        Assert.DoesNotContain("source tree:", script, StringComparison.Ordinal);

        place.Index.AddRelease("15.1", [.. FixtureIndex.SourceOf("15.1"), ("new.txt", "new\n")]);
        Assert.Contains("  source tarball: was sha256 ", await ExplainAsync(place), StringComparison.Ordinal);
        place.Index.Edit("platforms/debian12-amd64/platform.json", platform => platform["package_sets"]!["make"] = new JsonArray("make", "mawk"));
        Assert.Contains("  package mawk: added, ", await ExplainAsync(place), StringComparison.Ordinal);

        place.Index.Edit("styles/fixture.json", style => style["configure"]![0]!["arguments"]!.AsArray().Add("--with-more"));
        Assert.Contains("  configure: --with-more added", await ExplainAsync(place), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_compilers_refuse_what_would_differ_between_machines_and_days()
    {
        // The real platform, whose toolchain is in the shared store.
        using var place = world.Empty();
        place.Store = Tool.SharedStore;
        place.Index = world.Index.CopyTo(place.Directory);
        const string Platform = "platforms/debian12-amd64/platform.json";
        File.Copy(Path.Combine(Tool.Repository, "index", Platform), Path.Combine(place.Index.Directory, Platform), overwrite: true);
        place.Index.Edit(Platform, platform => platform.Remove("lacks"));
        place.Index.Edit("styles/fixture.json", style => style["build_packages"] = new JsonArray("shell", "make", "parsers"));

        async Task<Outcome> CompileAsync(string source, string flags) =>
            await place.RunAsync("shell", FixtureIndex.Quick, "--", "sh", "-c", $"echo '{source}' > a.c && gcc {flags} -c a.c && echo compiled");

        Assert.Equal("compiled\n", (await CompileAsync("int x;", "-O2")).Succeeded().Out);
        var native = await CompileAsync("int x;", "-march=native");
        Assert.True(native.ExitCode == 1 && native.Out.Length == 0, native.ToString());
        Assert.Contains("gcc: -march=native and its like make the result depend on the machine", native.Error, StringComparison.Ordinal);
        var date = await CompileAsync("const char *x = __DATE__;", "-O2");
        Assert.True(date.ExitCode != 0 && date.Out.Length == 0, date.ToString());
        Assert.Contains("__DATE__", date.Error, StringComparison.Ordinal);
    }

    private static async Task<string> ExplainAsync(Place place) => (await place.RunAsync("explain", FixtureIndex.Quick)).Succeeded().Out;

    [GeneratedRegex("`monogres (?<words>shell [^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShellCommand();

    [GeneratedRegex("`monogres store cat (?<hash>[0-9a-f]{64})`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogCommand();
}
