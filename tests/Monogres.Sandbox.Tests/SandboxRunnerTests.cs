using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Sandbox.Tests;

public sealed class SandboxRunnerTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private async Task<ActionOutcome> RunAsync(string script, TimeSpan? timeout = null, params (string, string)[] source)
    {
        await using var runner = fixture.Runner();
        return await runner.RunAsync(await fixture.RequestAsync(script, timeout, source), new Lines(), default);
    }

    private async Task<string> PrintedAsync(string script)
    {
        var outcome = await RunAsync($"mkdir out; {script}");
        return fixture.Text(Assert.IsType<ActionOutcome.Succeeded>(outcome).Result.StdoutDigest);
    }

    private async Task<string[]> EntriesAsync(ActionOutcome outcome)
    {
        var directory = Assert.Single(Assert.IsType<ActionOutcome.Succeeded>(outcome).Result.OutputDirectories);
        Assert.Equal("out", directory.Path);
        var entries = new List<string>();
        await foreach (var entry in TreeWalk.EntriesAsync(fixture.Store.Blobs, directory.RootDirectoryDigest.ToDigest(), default))
        {
            entries.Add(entry switch
            {
                TreeEntry.File { Executable: var executable } file => $"{file.Path}{(executable ? "*" : "")} {file.Content.Size}",
                TreeEntry.Symlink link => $"{link.Path} -> {link.Target}",
                _ => $"{entry.Path}/",
            });
        }

        return [.. entries];
    }

    [Fact]
    public async Task An_output_directory_that_is_there_already_may_stay_empty()
    {
        await using var runner = fixture.Runner();
        var tree = new TreeBuilder();
        tree.AddDirectory(RelativePath.Parse("build/out"));
        var request = await fixture.RequestAsync(["/bin/sh", "-c", ":"], [fixture.ProgramsRoot, await tree.WriteAsync(fixture.Store.Blobs, default)]);

        var succeeded = Assert.IsType<ActionOutcome.Succeeded>(await runner.RunAsync(request, new Lines(), default));
        Assert.Equal(Digest.Empty, succeeded.Result.OutputDirectories[0].RootDirectoryDigest.ToDigest());
    }

    [Fact]
    public async Task The_two_ways_to_mount_a_root_give_the_same_output()
    {
        var request = await fixture.RequestAsync(
            "mkdir out && cp input out/copy && stat -c '%n %a %Y %F' input dir dir/file >out/stat && echo more >dir/new && ls dir >out/ls && umask >out/umask", null, ("input", "x"), ("dir/file", "y"));
        await using var overlay = fixture.Runner();
        await using var readOnly = fixture.Runner(RootMount.ReadOnly);
        var first = await overlay.RunAsync(request, new Lines(), default);
        var second = await readOnly.RunAsync(request, new Lines(), default);
        Assert.Equal(await EntriesAsync(first), await EntriesAsync(second));
        Assert.Equal(
            ((ActionOutcome.Succeeded)first).Result.OutputDirectories[0].RootDirectoryDigest,
            ((ActionOutcome.Succeeded)second).Result.OutputDirectories[0].RootDirectoryDigest);
    }

    [Fact]
    public async Task A_variation_shows_inside_and_nowhere_else()
    {
        const string Look = "mkdir out && { cat /run/monogres-clock 2>/dev/null || echo none; echo; echo ${GNUMAKEFLAGS:-none}; (echo >/written) 2>/dev/null && echo written || echo read-only; } >out/seen";
        var request = await fixture.RequestAsync(Look + "; rm -f /written");
        Assert.Equal("none\n\nnone\nwritten\n", await SeenAsync(SandboxVariation.None));
        Assert.Equal("-5\n--shuffle=7\nread-only\n", await SeenAsync(SandboxVariation.Parse("clock=-5,make=--shuffle=7,root=read-only")));

        async Task<string> SeenAsync(SandboxVariation variation)
        {
            await using var runner = fixture.Varied(variation);
            var succeeded = Assert.IsType<ActionOutcome.Succeeded>(await runner.RunAsync(request, new Lines(), default));
            var files = await Store.Trees.TreeWalk.EntriesAsync(fixture.Store.Blobs, succeeded.Result.OutputDirectories[0].RootDirectoryDigest.ToDigest(), default).ToListAsync();
            return fixture.Text(Assert.IsType<Store.Trees.TreeEntry.File>(Assert.Single(files)).Content.ToWire());
        }
    }

    [Theory]
    [InlineData("clock=soon", "`clock=soon`")]
    [InlineData("root=writable", "`root=writable`")]
    [InlineData("clock=1,colour=red", "`colour=red`")]
    public void A_variation_that_is_unknown_is_refused(string text, string named) =>
        Assert.StartsWith(named, Assert.Throws<FormatException>(() => SandboxVariation.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_program_that_is_not_there_is_a_failure_of_the_action()
    {
        await using var runner = fixture.Runner();
        var request = await fixture.RequestAsync(["/usr/bin/nothing"], [fixture.ProgramsRoot, await fixture.SourceAsync()]);
        var failed = Assert.IsType<ActionOutcome.Failed>(await runner.RunAsync(request, new Lines(), default));
        Assert.Equal(127, failed.ExitCode);
        Assert.Contains("/usr/bin/nothing: no such program", fixture.Text(failed.Result.StderrDigest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_that_cannot_be_set_up_is_a_failure_of_the_engine()
    {
        await using var runner = fixture.Runner();
        var request = await fixture.RequestAsync(["/bin/sh", "-c", "true"], [fixture.ProgramsRoot]);
        var elsewhere = request with { Action = request.Action with { WorkingDirectory = RelativePath.Parse("no/such") } };
        var failed = Assert.IsType<ActionOutcome.EngineFailed>(await runner.RunAsync(elsewhere, new Lines(), default));
        Assert.Contains(failed.Details, line => line.Contains("/no/such", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_way_to_the_output_over_a_link_is_not_followed() =>
        Assert.IsType<ActionOutcome.Refused>(await RunAsync("cd /; rm -r build; mkdir -p /x/out; ln -s x build"));

    [Fact]
    public async Task The_command_sees_a_fixed_user_host_environment_and_umask() =>
        Assert.Equal("1000:1000 build 0022 /build\nPATH=/usr/bin:/bin\nPWD=/build\n", await PrintedAsync("echo $(id -u):$(id -g) $(cat /proc/sys/kernel/hostname) $(umask) $PWD; env"));

    [Fact]
    public async Task The_command_has_no_network_but_its_own_loopback() =>
        Assert.Equal("lo\n", await PrintedAsync("cd /proc/net; tail -n +3 dev | cut -d: -f1 | tr -d ' '"));

    [Fact]
    public async Task The_command_inherits_no_file_but_its_three() =>
        Assert.Equal("0\n1\n2\n", await PrintedAsync("for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done; :"));

    [Fact]
    public async Task The_command_reads_an_empty_standard_input() =>
        Assert.Equal("0\n", await PrintedAsync("wc -c"));

    [Fact]
    public async Task The_command_can_write_in_tmp_and_shared_memory_and_run() =>
        Assert.Equal("1777\n1777\n", await PrintedAsync("stat -c %a /tmp /dev/shm; : >/tmp/f; : >/dev/shm/f; : >/run/f; : >/dev/null"));

    [Fact]
    public async Task What_a_command_writes_or_removes_elsewhere_is_refused_by_its_path()
    {
        var refused = Assert.IsType<ActionOutcome.Refused>(await RunAsync(
            "mkdir -p out /usr/local/share/x /empty; : >out/kept; : >/usr/local/share/x/data; echo >>/usr/share/dpkg/cputable; ln -s y /link; rm /usr/bin/env; : >beside", null));
        Assert.Equal(
            [
                "/link was written outside of the output and the working directory: that would be lost",
                "/usr/bin/env was removed outside of the output and the working directory: that would be lost",
                "/usr/local/share/x/data was written outside of the output and the working directory: that would be lost",
            ],
            refused.Details.Where(line => !line.Contains("cputable", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_files_of_the_working_directory_are_the_commands_own()
    {
        const string script = "mkdir out; cp a b; mv a b; echo y >>b; echo x >c; stat -c '%a %h' b c run; ./run";
        foreach (var mount in new[] { RootMount.Overlay, RootMount.ReadOnly })
        {
            await using var one = fixture.Runner(mount);
            var tree = new TreeBuilder();
            foreach (var name in new[] { "a", "b", "c" })
                tree.AddFile(RelativePath.Parse($"build/{name}"), await fixture.Store.Blobs.PutAsync("same\n"u8.ToArray(), default), executable: false);
            tree.AddFile(RelativePath.Parse("build/run"), await fixture.Store.Blobs.PutAsync("#!/bin/sh\nexec cat b\n"u8.ToArray(), default), executable: true);
            var request = await fixture.RequestAsync(["/bin/sh", "-e", "-c", script], [fixture.ProgramsRoot, await tree.WriteAsync(fixture.Store.Blobs, default)]);
            var outcome = await one.RunAsync(request, new Lines(), default);
            Assert.Equal("644 1\n644 1\n755 1\nsame\ny\n", fixture.Text(Assert.IsType<ActionOutcome.Succeeded>(outcome).Result.StdoutDigest));
        }
    }

    [Fact]
    public async Task The_command_sees_the_same_machine_everywhere()
    {
        var seen = await PrintedAsync("cd /proc; grep -c ^processor cpuinfo; grep -c avx cpuinfo; grep MemTotal meminfo; cat version sys/kernel/osrelease loadavg sys/kernel/random/boot_id; grep -c ^cpu stat; ls /sys 2>&1; :");
        Assert.Equal("1\n0\nMemTotal:        8388608 kB\nLinux version 0 (build@build) #0\n0\n0.00 0.00 0.00 1/1 1\n00000000-0000-0000-0000-000000000000\n2\nls: cannot access '/sys': No such file or directory\n", seen);
    }

    [Fact]
    public async Task The_command_can_make_no_namespaces_of_its_own() =>
        Assert.Equal("refused\n", await PrintedAsync("unshare --user true 2>/dev/null || echo refused"));

    private async Task<ActionOutcome.LimitExceeded> ExceededAsync(ActionLimit limit, string limits, string script)
    {
        await using var runner = fixture.Runner(limits: ActionLimits.Default(4L << 30).With(limits));
        var exceeded = Assert.IsType<ActionOutcome.LimitExceeded>(await runner.RunAsync(await fixture.RequestAsync($"mkdir out; {script}", TimeSpan.FromSeconds(60)), new Lines(), default));
        Assert.Equal(limit, exceeded.Limit);

        // The next one is unharmed.
        Assert.IsType<ActionOutcome.Succeeded>(await runner.RunAsync(await fixture.RequestAsync("mkdir out"), new Lines(), default));
        return exceeded;
    }

    [Fact]
    public async Task A_command_that_fills_the_memory_is_stopped() =>
        Assert.Equal(64 << 20, (await ExceededAsync(ActionLimit.Memory, "memory=64M", "a=x; while :; do a=$a$a; done")).Allowed);

    [Fact]
    public async Task A_command_that_starts_ever_more_processes_is_stopped() =>
        await ExceededAsync(ActionLimit.Processes, "processes=50", "while :; do sleep 100 & done");

    [Fact]
    public async Task A_command_that_fills_tmp_fails_for_that_reason()
    {
        await ExceededAsync(ActionLimit.Temporary, "tmp=1M", "head -c 5000000 /dev/zero >/tmp/x || exit 1");
        await ExceededAsync(ActionLimit.Temporary, "tmp=1M", "head -c 5000000 /dev/zero >/dev/shm/x 2>/dev/null || sleep 1; exit 1");
    }

    [Fact]
    public async Task A_command_that_fills_the_disk_is_stopped() =>
        await ExceededAsync(ActionLimit.Output, "output=8M", "head -c 20000000 /dev/zero >out/x; sleep 100");

    [Fact]
    public async Task A_command_that_prints_for_ever_is_stopped_and_the_ends_of_its_log_are_kept()
    {
        var exceeded = await ExceededAsync(ActionLimit.Log, "log=40M", "echo first; yes");
        Assert.InRange(exceeded.Result.StdoutDigest.SizeBytes, BoundedLog.Kept, (2 * BoundedLog.Kept) + 100);
        Assert.StartsWith("first\ny\n", fixture.Text(exceeded.Result.StdoutDigest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_leaves_in_the_background_ends_with_it()
    {
        var marker = $"{TimeProvider.System.GetTimestamp()}";
        Assert.IsType<ActionOutcome.Succeeded>(await RunAsync($"mkdir out; sleep {marker} >/dev/null 2>&1 &\nsleep 0"));
        Assert.Empty(RunningProcesses.WithArgument(marker));
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_killed_with_all_it_started()
    {
        var marker = $"{TimeProvider.System.GetTimestamp()}";
        var timedOut = Assert.IsType<ActionOutcome.TimedOut>(await RunAsync($"echo begun; sleep {marker} & sleep {marker}", TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(2), timedOut.Limit);
        Assert.Equal("begun\n", fixture.Text(timedOut.Result.StdoutDigest));
        Assert.Empty(RunningProcesses.WithArgument(marker));
    }

    [Fact]
    public async Task Cancellation_kills_the_command_with_all_it_started()
    {
        var marker = $"{TimeProvider.System.GetTimestamp()}";
        using var cancel = new CancellationTokenSource();
        var lines = new Lines(_ => cancel.Cancel());
        await using var runner = fixture.Runner();
        var request = await fixture.RequestAsync($"echo begun; sleep {marker} & sleep {marker}");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(request, lines, cancel.Token));
        Assert.Equal("begun", lines.Told[0]);
        Assert.Empty(RunningProcesses.WithArgument(marker));
    }

    [Fact]
    public async Task Inputs_cannot_be_changed_for_the_next_action()
    {
        await RunAsync("mkdir out; echo changed >input; rm dir/file; rm -rf /usr/share; chmod 777 dir", null, ("input", "x"), ("dir/file", "y"));
        var again = await RunAsync("mkdir out; cat input dir/file; stat -c %a input dir", null, ("input", "x"), ("dir/file", "y"));
        Assert.Equal("xy644\n755\n", fixture.Text(((ActionOutcome.Succeeded)again).Result.StdoutDigest));
    }

    [Fact]
    public async Task Many_layers_and_a_repeated_one_fit()
    {
        await using var runner = fixture.Runner();
        var layers = new List<Digest> { fixture.ProgramsRoot };
        for (var i = 0; i < 40; i++)
            layers.Add(await fixture.SourceAsync(($"f{i}", $"{i}")));
        layers.Add(fixture.ProgramsRoot);
        var request = await fixture.RequestAsync(["/bin/sh", "-c", "mkdir out; ls | wc -l"], [.. layers]);
        var outcome = Assert.IsType<ActionOutcome.Succeeded>(await runner.RunAsync(request, new Lines(), default));
        Assert.Equal("41\n", fixture.Text(outcome.Result.StdoutDigest));
    }

    [Fact]
    public async Task A_layer_that_is_not_in_the_store_is_said()
    {
        await using var runner = fixture.Runner();
        var request = await fixture.RequestAsync("true");
        var missing = Digest.Of("nothing has this"u8);
        var error = await Assert.ThrowsAsync<BlobMissingException>(() => runner.RunAsync(request with { Layers = [.. request.Layers, missing] }, new Lines(), default));
        Assert.Equal(missing, error.Digest);
    }

    [Fact]
    public async Task Nothing_is_left_on_disk()
    {
        await using (var runner = fixture.Runner())
            await runner.RunAsync(await fixture.RequestAsync("mkdir -p out locked/in; chmod 0 locked; exit 1"), new Lines(), default);

        // Other test classes, and processes that were killed, have names of their own there.
        var next = fixture.Store.NewWorkPath();
        var ours = next[..(next.LastIndexOf('-') + 1)];
        Assert.DoesNotContain(Directory.EnumerateDirectories(fixture.Store.WorkDirectory), path => path.StartsWith(ours, StringComparison.Ordinal));
    }
}
