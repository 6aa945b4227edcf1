using System.Diagnostics;
using System.Globalization;
using Monogres.Acceptance.Tests.Clients;

namespace Monogres.Acceptance.Tests.Engines;

/// <summary>
/// Bazel's own worker, running: blobs, results and execution in one process, on the loopback interface, as an ordinary user. It
/// starts a command in a directory, so actions make their own sandbox there.
/// </summary>
internal sealed class BazelWorker : IAsyncDisposable
{
    private readonly BazelWorkerProgram _program;
    private readonly string _directory;
    private readonly int _port;
    private Process _process;
    private Task _log;

    private BazelWorker(BazelWorkerProgram program, string directory, int port, Process process, Task log) =>
        (_program, _directory, _port, _process, _log) = (program, directory, port, process, log);

    /// <summary>What <c>--remote</c> is given.</summary>
    public string Address => $"grpc://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether it has begun an action whose root has this program, and has not ended it.</summary>
    /// <param name="tool">From the root: <c>usr/bin/make</c>.</param>
    public bool IsRunningWith(string tool) => Directory.EnumerateDirectories(WorkIn(_directory), "build-*").Any(action => File.Exists(Path.Combine(action, "root", tool)));

    /// <summary>Starts one with an empty store.</summary>
    /// <param name="program">The worker.</param>
    /// <param name="name">A name of its own for its directory.</param>
    public static async Task<BazelWorker> StartAsync(BazelWorkerProgram program, string name)
    {
        await program.PrepareAsync();
        await program.SkipUnlessUserMakesSandboxesAsync();
        var directory = program.DirectoryOf(name);
        foreach (var below in (string[])[StoreIn(directory), WorkIn(directory)])
            await BazelWorkerProgram.MakeForUserAsync(below);
        var port = FreePort();
        var (process, log) = await BeginAsync(program, directory, port);
        return new BazelWorker(program, directory, port, process, log);
    }

    /// <summary>Kills it with all that it runs, and starts it again at the same address, with what it had stored.</summary>
    public async Task KillAndStartAgainAsync()
    {
        await KillAsync();
        (_process, _log) = await BeginAsync(_program, _directory, _port);
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static string StoreIn(string directory) => Path.Combine(directory, "store");

    private static string WorkIn(string directory) => Path.Combine(directory, "work");

    private static async Task<(Process Process, Task Log)> BeginAsync(BazelWorkerProgram program, string directory, int port)
    {
        var process = ClientProcess.Begin(program.Start(directory, $"--listen_port={port}", $"--cas_path={StoreIn(directory)}", $"--work_path={WorkIn(directory)}"));
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            // The line after the one in which it listens.
            if (line.Contains("Not starting HTTP cache server", StringComparison.Ordinal))
                return (process, Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync()));
        }

        await process.WaitForExitAsync();
        throw new InvalidOperationException($"the worker did not start:\n{string.Join('\n', said)}");
    }

    private async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
    }

    // It cannot choose one by itself. Below those that the kernel gives to whoever asks for any, so that nobody else gets it meanwhile.
    private static int FreePort()
    {
        const int first = 20_000, count = 10_000;
        var taken = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(one => one.Port).ToHashSet();
        return Enumerable.Range(0, count).Select(i => first + ((Environment.ProcessId + i) % count)).First(port => !taken.Contains(port));
    }
}
