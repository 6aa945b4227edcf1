using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Monogres.Bench;

/// <summary>What a child process took.</summary>
/// <param name="Wall">From its start to its end, in seconds.</param>
/// <param name="Cpu">
/// User and system time of the child and all below it that were waited for, in seconds (getrusage(2), RUSAGE_CHILDREN).
/// What runs in a sandbox is not in it: its namespace ends by killing, and the kernel then adds its times to nobody's.
/// </param>
/// <param name="Output">What it wrote to its standard output; the number of lines of it where only that was asked for.</param>
internal sealed record ChildCost(double Wall, double Cpu, string Output)
{
    /// <summary>The most memory of the child itself that was resident, in bytes (VmHWM of proc(5)); 0 when it was not watched.</summary>
    public long PeakMemory { get; init; }

    /// <summary>User and system time of the child itself, without what is below it, in seconds; 0 when it was not watched.</summary>
    public double OwnCpu { get; init; }
}

/// <summary>Runs programs one at a time, and says what they took.</summary>
internal static partial class Child
{
    private const int OfChildren = -1;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">What to start, and its arguments.</param>
    /// <param name="watch">Looks at the child's memory and CPU time every ten milliseconds.</param>
    /// <param name="cancel">Kills the child and all below it.</param>
    /// <param name="countLines">Counts the lines that it writes, however many, and keeps none of them.</param>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; what it said is in the message.</exception>
    public static async Task<ChildCost> RunAsync(IReadOnlyList<string> program, bool watch, CancellationToken cancel, bool countLines = false)
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var cpu = CpuOfChildren();
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"`{program[0]}` did not start");
        process.StandardInput.Close();
        var output = countLines ? CountLinesAsync(process.StandardOutput.BaseStream, cancel) : process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        var watched = watch ? WatchAsync(process, cancel) : Task.FromResult((0L, 0.0));
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (peak, own) = await watched;
        return process.ExitCode == 0
            ? new ChildCost(wall, CpuOfChildren() - cpu, await output) { PeakMemory = peak, OwnCpu = own }
            : throw new InvalidOperationException($"`{string.Join(' ', program)}` ended with {process.ExitCode}:\n{await output}{await error}");
    }

    private static async Task<string> CountLinesAsync(Stream output, CancellationToken cancel)
    {
        var (buffer, lines) = (new byte[1 << 16], 0L);
        while (await output.ReadAsync(buffer, cancel) is > 0 and var count)
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        return lines.ToString(CultureInfo.InvariantCulture);
    }

    // Both figures only grow, so the last look before the end misses at most what came in the last moment.
    private static async Task<(long PeakMemory, double OwnCpu)> WatchAsync(Process process, CancellationToken cancel)
    {
        var (peak, own) = (0L, 0.0);
        while (!process.HasExited)
        {
            (peak, own) = (Math.Max(peak, HighWaterMark(process.Id)), Math.Max(own, OwnCpu(process.Id)));
            await Task.Delay(10, cancel);
        }

        return (peak, own);
    }

    private static long HighWaterMark(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Trim().Split(' ')[0]) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // Fields 14 and 15 of proc(5) stat, in hundredths of a second (USER_HZ); the name in field 2 can hold anything but ends with the last parenthesis.
    private static double OwnCpu(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11]) + long.Parse(fields[12])) / 100.0;
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
