namespace Monogres.Sandbox.Tests;

/// <summary>Looks for processes of this machine.</summary>
internal static class RunningProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The processes that have a text in their arguments, which end with NUL each.</summary>
    public static IReadOnlyList<string> WithArgument(string text)
    {
        var found = new List<string>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                var arguments = File.ReadAllText($"{directory}/cmdline");
                if (arguments.Contains(text, StringComparison.Ordinal))
                    found.Add($"{Path.GetFileName(directory)}: {arguments.Replace('\0', ' ')}");
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return found;
    }

    /// <summary>Fails unless all processes with a text in their arguments end by themselves, and soon.</summary>
    public static async Task NoneLeftAsync(string text)
    {
        var begin = TimeProvider.System.GetTimestamp();
        IReadOnlyList<string> left;
        while ((left = WithArgument(text)).Count > 0 && TimeProvider.System.GetElapsedTime(begin) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        Assert.Empty(left);
    }
}
