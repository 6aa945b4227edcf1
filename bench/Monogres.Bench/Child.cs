using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Monogres.Bench;

/// <summary>What a child process took.</summary>
/// <param name="Wall">From its start to its end, in seconds.</param>
/// <param name="Cpu">User and system time of the child and all below it that were waited for, in seconds (getrusage(2), RUSAGE_CHILDREN).</param>
/// <param name="PeakMemory">The most memory of the child itself that was resident, in bytes (VmHWM of proc(5)), or 0 when it was not watched.</param>
internal sealed record ChildCost(double Wall, double Cpu, long PeakMemory);

/// <summary>Runs programs one at a time, and says what they took.</summary>
internal static partial class Child
{
    private const int OfChildren = -1;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">What to start, and its arguments.</param>
    /// <param name="watchMemory">Looks at the child's memory every ten milliseconds.</param>
    /// <param name="cancel">Kills the child and all below it.</param>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; what it said is in the message.</exception>
    public static async Task<ChildCost> RunAsync(IReadOnlyList<string> program, bool watchMemory, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var cpu = CpuOfChildren();
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"`{program[0]}` did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        var peak = watchMemory ? PeakMemoryAsync(process, cancel) : Task.FromResult(0L);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var cost = new ChildCost(Stopwatch.GetElapsedTime(began).TotalSeconds, CpuOfChildren() - cpu, await peak);
        return process.ExitCode == 0
            ? cost
            : throw new InvalidOperationException($"`{string.Join(' ', program)}` ended with {process.ExitCode}:\n{await output}{await error}");
    }

    // The figure only grows, so the last look before the end misses at most what came in the last moment.
    private static async Task<long> PeakMemoryAsync(Process process, CancellationToken cancel)
    {
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, HighWaterMark(process.Id));
            await Task.Delay(10, cancel);
        }

        return peak;
    }

    private static long HighWaterMark(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan("VmHWM:".Length).Trim().ToString().Split(' ')[0]) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static double CpuOfChildren() => GetResourceUsage(OfChildren, out var usage) == 0
        ? usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e6)
        : throw new InvalidOperationException("getrusage failed");

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, out Usage usage);

    // struct rusage of 64-bit Linux: two times, then fourteen numbers that are not looked at.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
