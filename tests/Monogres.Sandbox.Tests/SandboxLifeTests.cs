using System.Diagnostics;
using Monogres.Actions;
using Monogres.Sandbox.Linux;

namespace Monogres.Sandbox.Tests;

/// <summary>The tests that need a second process of ours: to kill it, or to be another user. It is this program, told to run one explicit test.</summary>
public sealed class SandboxLifeTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Marker = "MONOGRES_TEST_MARKER";

    [Fact]
    public async Task Nothing_keeps_running_when_we_are_killed_while_a_command_runs()
    {
        var marker = $"{TimeProvider.System.GetTimestamp()}";
        using var child = StartSelf(nameof(Runs_until_it_is_killed), fixture: SandboxFixture.Place, marker);
        while (RunningProcesses.WithArgument($"sleep\0{marker}").Count == 0)
            Assert.False(child.HasExited, "it ended too early");

        child.Kill();
        await child.WaitForExitAsync();
        await RunningProcesses.NoneLeftAsync(marker);
    }

    [Fact]
    public async Task Nothing_keeps_running_when_we_are_killed_while_sandboxes_are_made()
    {
        for (var moment = 0; moment < 6; moment++)
        {
            var marker = $"{TimeProvider.System.GetTimestamp()}";
            using var child = StartSelf(nameof(Makes_sandboxes_until_it_is_killed), fixture: SandboxFixture.Place, marker);
            while (RunningProcesses.WithArgument($"sandbox\0{fixture.Store.WorkDirectory}").Count == 0)
                Assert.False(child.HasExited, "it ended too early");

            await Task.Delay(TimeSpan.FromMilliseconds(7 * moment));
            child.Kill();
            await child.WaitForExitAsync();
            await RunningProcesses.NoneLeftAsync(marker);
        }
    }

    [Fact]
    public async Task An_ordinary_user_can_do_the_same()
    {
        if (Posix.GetUserId() != 0)
            return; // Then every other test here has shown it.

        using var place = new Testing.TemporaryDirectory();
        // Without what other tests are working on at this moment.
        Directory.CreateDirectory(place["store"]);
        await Command("cp", "-a", $"{SandboxFixture.Place}/programs-root", place.Path);
        foreach (var part in new[] { "format", "blobs", "actions", "memo" })
            await Command("cp", "-a", $"{SandboxFixture.Place}/store/{part}", place["store"]);
        await Command("chown", "-R", "54321:54321", place.Path);
        using var child = StartSelf(nameof(SandboxRunnerTests), fixture: place.Path, "", ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"], wholeClass: true);
        var output = child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, await output);
    }

    [Fact(Explicit = true)]
    public async Task Runs_until_it_is_killed()
    {
        await using var runner = fixture.Runner();
        await runner.RunAsync(await fixture.RequestAsync($"sleep {Environment.GetEnvironmentVariable(Marker)}"), new Lines(), default);
    }

    [Fact(Explicit = true)]
    public async Task Makes_sandboxes_until_it_is_killed()
    {
        await using var runner = fixture.Runner();
        var request = await fixture.RequestAsync($"mkdir out; : {Environment.GetEnvironmentVariable(Marker)}");
        while (await runner.RunAsync(request, new Lines(), default) is ActionOutcome.Succeeded)
        {
        }
    }

    private static Process StartSelf(string test, string fixture, string marker, string[]? before = null, bool wholeClass = false)
    {
        var space = typeof(SandboxLifeTests).FullName;
        string[] words =
        [
            .. before ?? [], Environment.ProcessPath!,
            .. wholeClass ? new[] { "--filter-class", $"*.{test}" } : ["--filter-method", $"{space}.{test}", "--explicit", "only"],
            "--results-directory", fixture,
        ];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment[SandboxFixture.Variable] = fixture;
        start.Environment[Marker] = marker;
        start.Environment["HOME"] = fixture;
        return Process.Start(start)!;
    }

    private static async Task Command(params string[] words)
    {
        using var process = Process.Start(words[0], words[1..]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
