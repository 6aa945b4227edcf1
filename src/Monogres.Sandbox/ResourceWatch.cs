using System.Globalization;
using System.Text;
using Monogres.Actions;

namespace Monogres.Sandbox;

/// <summary>
/// Watches what a running command uses, and calls when it is more than it may. It looks at <c>/proc</c> and at the work
/// directory from outside, so it needs no rights, no control groups and nobody's cooperation. What the kernel itself can
/// bound (the file systems in memory) is bounded there, and only recognised here.
/// </summary>
/// <param name="limits">What is allowed.</param>
/// <param name="proc">Where procfs is mounted.</param>
internal sealed class ResourceWatch(ActionLimits limits, string proc)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Looking at every file that was written takes longer than all else together, so it is done less often than that is long.
    private const int RestOfScan = 30;
    private static readonly TimeSpan FirstScan = TimeSpan.FromSeconds(1);

    private static readonly string[] FileSystemsInMemory = ["tmp", "run", "dev/shm"];

    /// <summary>What was used up; null as long as nothing was.</summary>
    public ActionLimit? Exceeded { get; private set; }

    /// <summary>Whether one of the file systems in memory was full at a look: a command that fails then does so for that reason.</summary>
    public bool TemporaryWasFull { get; private set; }

    /// <summary>Watches until it is cancelled, or until something is used up.</summary>
    /// <param name="root">The process above the command's.</param>
    /// <param name="work">Where it writes.</param>
    /// <param name="stop">Called when something is used up.</param>
    /// <param name="clock">For the time between two looks.</param>
    /// <param name="ended">Cancelled when the command has ended.</param>
    public async Task WatchAsync(Func<int> root, WorkDirectory work, Action stop, TimeProvider clock, CancellationToken ended)
    {
        var nextScan = clock.GetUtcNow() + FirstScan;
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                Look(root(), [work.Output, work.Error]);
                if (Exceeded is null && clock.GetUtcNow() >= nextScan)
                {
                    var began = clock.GetTimestamp();
                    if (Scan(work.WrittenDirectory, ended) > limits.Output)
                        Exceeded = ActionLimit.Output;
                    nextScan = clock.GetUtcNow() + FirstScan + (RestOfScan * clock.GetElapsedTime(began));
                }

                if (Exceeded is not null)
                {
                    stop();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }

    /// <summary>Looks once, at everything but the files that were written.</summary>
    public void Look(int root, IReadOnlyList<string> logs)
    {
        if (logs.Sum(log => new FileInfo(log) is { Exists: true } file ? file.Length : 0) > limits.Log)
            Exceeded = ActionLimit.Log;

        var processes = Below(root);
        if (processes.Count > limits.Processes)
            Exceeded = ActionLimit.Processes;

        long own = 0, shared = 0;
        foreach (var process in processes)
        {
            var (resident, common) = MemoryOf(process);
            own += resident - common;
            shared = Math.Max(shared, common);
        }

        if (own + shared > limits.Memory)
            Exceeded = ActionLimit.Memory;

        if (processes.Count > 0)
            TemporaryWasFull |= IsFull(processes[^1]);
    }

    /// <summary>The processes below one, those of an earlier generation first.</summary>
    private List<int> Below(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var directory in Directory.EnumerateDirectories(proc))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && ParentOf(process) is { } parent)
            {
                if (!children.TryGetValue(parent, out var siblings))
                    children.Add(parent, siblings = []);
                siblings.Add(process);
            }
        }

        List<int> found = [];
        for (var (next, at) = (root, -1); ; next = found[at])
        {
            found.AddRange(children.GetValueOrDefault(next) ?? []);
            if (++at == found.Count)
                return found;
        }
    }

    // `PID (NAME) STATE PARENT …`; a name can hold anything, parentheses too.
    private int? ParentOf(int process) => Read($"{proc}/{process}/stat") is { } text && text.LastIndexOf(')') is > 0 and var end
        && text[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : null;

    // In pages: the whole size, what is resident, and of that what may be shared with others.
    private (long Resident, long Shared) MemoryOf(int process)
    {
        if (Read($"{proc}/{process}/statm")?.Split(' ') is not [_, var resident, var shared, ..])
            return (0, 0);

        return (Pages(resident), Pages(shared));

        static long Pages(string count) => long.Parse(count, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    private bool IsFull(int process)
    {
        const int almost = 64 * 1024;
        foreach (var name in FileSystemsInMemory)
        {
            try
            {
                // A process that has not yet its own root would show the machine's.
                var drive = new DriveInfo($"{proc}/{process}/root/{name}");
                if (drive.TotalSize <= limits.Temporary + Environment.SystemPageSize && string.Equals(drive.DriveFormat, "tmpfs", StringComparison.Ordinal) && drive.AvailableFreeSpace < Math.Min(almost, limits.Temporary / 2))
                    return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // It has ended, or is ending.
            }
        }

        return false;
    }

    private static long Scan(string directory, CancellationToken cancel)
    {
        long size = 0;
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = true, IgnoreInaccessible = true };
        try
        {
            foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*", all))
            {
                cancel.ThrowIfCancellationRequested();
                if (file.LinkTarget is null)
                    size += file.Length;
            }
        }
        catch (IOException)
        {
            // What was listed is gone already.
        }

        return size;
    }

    // Files of /proc have no size, and those of a process vanish with it.
    private static string? Read(string path)
    {
        try
        {
            Span<byte> buffer = stackalloc byte[1024];
            using var file = File.OpenHandle(path);
            return Encoding.UTF8.GetString(buffer[..RandomAccess.Read(file, buffer, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
