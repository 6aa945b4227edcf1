using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>The processes of this machine, as /proc shows them.</summary>
internal static class RunningProcesses
{
    public const int Interrupt = 2, KillNow = 9, Terminate = 15, Stop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Every process that this one, or one that it started, has started; each with the time of its start, since numbers are used again.</summary>
    public static IReadOnlyList<(int Id, string Started)> Descendants(int of)
    {
        var all = All().Select(id => (id, stat: Stat(id))).Where(process => process.stat is not null).ToArray();
        var family = new List<(int, string)>();
        var pending = new Queue<int>([of]);
        while (pending.TryDequeue(out var parent))
        {
            foreach (var (id, stat) in all.Where(process => process.stat!.Value.Parent == parent))
            {
                family.Add((id, stat!.Value.Started));
                pending.Enqueue(id);
            }
        }

        return family;
    }

    /// <summary>kill(2): 0 when the signal was sent.</summary>
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Signal(int id, int signal);

    /// <summary>Asserts that these are gone, and every other process with one of the texts in its command line or environment.</summary>
    public static async Task AreGoneAsync(IReadOnlyList<(int Id, string Started)> family, params string[] texts)
    {
        // The kernel kills a process group within moments, not at once.
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var left = family.Where(process => Stat(process.Id) is { State: not 'Z' } now && now.Started == process.Started).Select(process => process.Id)
                .Concat(With(texts)).Distinct().Select(id => $"{id}: {Read($"/proc/{id}/cmdline")}").ToArray();
            if (left.Length == 0)
                return;

            Assert.True(DateTime.UtcNow < deadline, $"still running:\n{string.Join('\n', left)}");
            await Task.Delay(20);
        }
    }

    private static IEnumerable<int> With(string[] texts) => All().Where(id => id != Environment.ProcessId
        && texts.Any(text => Read($"/proc/{id}/cmdline").Contains(text, StringComparison.Ordinal) || Read($"/proc/{id}/environ").Contains(text, StringComparison.Ordinal)));

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    // proc(5): after the name in brackets come the state, the parent and, as the 22nd field, the time of the start.
    private static (char State, int Parent, string Started)? Stat(int id)
    {
        var text = Read($"/proc/{id}/stat");
        if (text.Length == 0)
            return null;

        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
    }

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
