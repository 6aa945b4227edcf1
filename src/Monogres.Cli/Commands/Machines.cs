using System.Collections.Immutable;
using System.Globalization;
using Monogres.Proof.Variations;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary>What this machine is, for a rebuild on it.</summary>
internal static class Machines
{
    /// <summary>The words that start this tool again.</summary>
    public static ImmutableArray<string> Tool => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "monogres.dll")]
        : [Environment.ProcessPath!];

    /// <summary>This machine.</summary>
    /// <param name="workspace">Has the index and the locks.</param>
    /// <param name="group">What is rebuilt.</param>
    /// <param name="toDownload">How many files the rebuild must download.</param>
    public static Machine Here(Workspace workspace, VerifiedGroup group, int toDownload) => new()
    {
        IsRoot = string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
        Now = TimeProvider.System.GetUtcNow(),
        Processors = Environment.ProcessorCount,
        FirstProcessor = FirstProcessor(),
        FreeMemory = FreeMemory(),
        UnreadableByOthers = Tool.Select(Unreadable).FirstOrDefault(path => path is not null),
        FilesToDownload = toDownload,
        CanShiftClock = workspace.Index.Platform(group.Id.Platform).Tools.Shims.Preload is not null,
        MakeVersion = MakeOf(group),
        RemoteEngine = workspace.Settings.Remote?.Engine,
    };

    // Debian's version of make: `4.3-4.1`, `4.4.1-2`.
    private static string? MakeOf(VerifiedGroup group) => RecipeReader.PackagesOf(group.Targets[0].Target).Packages
        .Where(package => package.Name is "make").Select(package => package.Version.Split('-', '+')[0]).FirstOrDefault();

    // Cpus_allowed_list of proc(5): `0-1,4`.
    private static int FirstProcessor()
    {
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(one => one.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        var first = line?.Split(':', 2)[1].Trim().Split(',', '-')[0];
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    // MemAvailable of proc(5), in kB.
    private static long FreeMemory()
    {
        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(one => one.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return long.TryParse(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes << 10 : 0;
    }

    /// <summary>The first part of a path that another user cannot pass or read, or null.</summary>
    private static string? Unreadable(string path)
    {
        if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
            return path;

        for (var directory = Path.GetDirectoryName(path); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (!File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherExecute))
                return directory;
        }

        return null;
    }
}
