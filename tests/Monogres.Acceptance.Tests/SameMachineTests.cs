using Monogres.Plans.Machine;

namespace Monogres.Acceptance.Tests;

/// <summary>What a build of PostgreSQL can see of the machine is the same on another file system and on fewer cores.</summary>
public sealed class SameMachineTests : IDisposable
{
    private const string InMemory = "/dev/shm";
    private const long Needed = 3L << 30;

    // A file system in memory lists a directory in another order than one on a disk.
    private readonly string _other = Path.Combine(
        Directory.Exists(InMemory) && new DriveInfo(InMemory).AvailableFreeSpace > Needed ? InMemory : Path.GetTempPath(), $"monogres-{Environment.ProcessId}");

    [Fact]
    public async Task Every_hidden_source_of_difference_looks_the_same_from_another_store_and_on_one_core()
    {
        var probes = SourceOfDifference.All.Where(source => source.Probe is not null).ToArray();
        Assert.NotEmpty(probes);
        Assert.Every(SourceOfDifference.All, source => Assert.Equal(source.Treatment == Treatment.Hidden, source.Probe is not null));
        var script = string.Concat(probes.Select((source, number) => $"echo '=={number}'\n( {source.Probe} ) 2>&1\n"));

        var here = await SeenAsync(new Tool(), script);
        var there = new Tool { Prefix = ["taskset", "--cpu-list", "0"] };
        there.Environment["MONOGRES_STORE"] = _other;
        there.Environment["TZ"] = "Pacific/Kiritimati";
        var elsewhere = await SeenAsync(there, script);

        Assert.Equal(probes.Length, here.Length);
        for (var i = 0; i < probes.Length; i++)
        {
            Assert.True(here[i].Trim().Length > 0 && !here[i].Contains("not found", StringComparison.Ordinal), $"{probes[i].Name}: {here[i]}");
            Assert.Equal((probes[i].Name, here[i]), (probes[i].Name, elsewhere[i]));
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_other))
        {
            using var remove = System.Diagnostics.Process.Start("rm", ["-rf", _other]);
            remove.WaitForExit();
        }
    }

    private static async Task<string[]> SeenAsync(Tool tool, string script)
    {
        var seen = (await tool.RunAsync("shell", "postgres@15.18", "--", "sh", "-c", script)).Succeeded().Out;
        return [.. System.Text.RegularExpressions.Regex.Split(seen, "^==[0-9]+\n", System.Text.RegularExpressions.RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Skip(1)];
    }
}
