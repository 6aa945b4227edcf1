using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Monogres.Sandbox;

/// <summary>
/// The machine that every action sees in <c>/proc</c>: one processor of the architecture's baseline, 8 GiB of memory, no
/// kernel in particular. The formats are those of proc(5). <c>/sys</c> is not there at all.
/// </summary>
public static class FixedMachine
{
    /// <summary>Files below <c>/proc</c>, and what they hold.</summary>
    public static ImmutableArray<(string Path, string Content)> Files { get; } =
    [
        ("cpuinfo", Processor),
        ("meminfo", "MemTotal:        8388608 kB\nMemFree:         8388608 kB\nMemAvailable:    8388608 kB\nBuffers:               0 kB\nCached:                0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n"),
        ("stat", "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\nintr 0\nctxt 0\nbtime 0\nprocesses 1\nprocs_running 1\nprocs_blocked 0\nsoftirq 0\n"),
        ("version", "Linux version 0 (build@build) #0\n"),
        ("uptime", "0.00 0.00\n"),
        ("loadavg", "0.00 0.00 0.00 1/1 1\n"),
        ("cmdline", "\n"),
        ("diskstats", ""),
        ("filesystems", "nodev\tproc\nnodev\ttmpfs\n"),
        ("interrupts", ""),
        ("modules", ""),
        ("partitions", ""),
        ("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
        ("vmstat", ""),
        ("zoneinfo", ""),
        ("sys/kernel/osrelease", "0\n"),
        ("sys/kernel/version", "0\n"),
        ("sys/kernel/random/boot_id", "00000000-0000-0000-0000-000000000000\n"),
    ];

    private static string Processor => RuntimeInformation.OSArchitecture switch
    {
        // Armv8.0-A.
        Architecture.Arm64 => "processor\t: 0\nFeatures\t: fp asimd\nCPU architecture: 8\n\n",

        // x86-64-v1, the level that Debian's amd64 is built for.
        _ => "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: x86-64\nsiblings\t: 1\ncpu cores\t: 1\n"
            + "flags\t\t: fpu tsc msr pae cx8 apic cmov mmx fxsr sse sse2 syscall nx lm\n\n",
    };

    /// <summary>Writes the files that this kernel has to a directory, for the sandbox to lay over its own <c>/proc</c>.</summary>
    /// <param name="directory">Exists, and is empty.</param>
    /// <param name="proc">Where procfs is mounted here.</param>
    /// <returns>Their paths below <c>/proc</c>; each is a file in the directory, with <c>.</c> for <c>/</c>.</returns>
    public static ImmutableArray<string> Write(string directory, string proc)
    {
        var written = ImmutableArray.CreateBuilder<string>();
        foreach (var (path, content) in Files)
        {
            if (!File.Exists($"{proc}/{path}"))
                continue;

            File.WriteAllText($"{directory}/{NameOf(path)}", content);
            written.Add(path);
        }

        return written.ToImmutable();
    }

    /// <summary>The name of a file in the directory that <see cref="Write"/> fills.</summary>
    public static string NameOf(string path) => path.Replace('/', '.');
}
