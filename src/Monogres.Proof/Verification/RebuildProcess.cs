using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;

namespace Monogres.Proof.Verification;

/// <summary>Runs the command of a rebuild to its end.</summary>
public static class RebuildProcess
{
    private const int KeptLines = 40;

    /// <summary>Runs it.</summary>
    /// <param name="command">The words, from the program on.</param>
    /// <param name="environment">What differs from the environment of this process; null removes a variable.</param>
    /// <param name="said">Told of each line of its standard output as it comes.</param>
    /// <param name="cancel">Kills it, and all that it has started.</param>
    /// <returns>Its exit code, the lines of its standard output, and the last lines that it said to people.</returns>
    public static async Task<RebuildEnd> RunAsync(ImmutableArray<string> command, IReadOnlyDictionary<string, string?> environment, Action<string> said, CancellationToken cancel)
    {
        var end = new TaskCompletionSource<RebuildEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The kernel kills the child when the thread ends that started it: a thread of its own, which waits for it.
        new Thread(() =>
        {
            try
            {
                end.SetResult(Run(command, environment, said, cancel));
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        }) { IsBackground = true, Name = "rebuild" }.Start();
        var ended = await end.Task;
        cancel.ThrowIfCancellationRequested();
        return ended;
    }

    private static RebuildEnd Run(ImmutableArray<string> command, IReadOnlyDictionary<string, string?> environment, Action<string> said, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var word in command[1..])
            start.ArgumentList.Add(word);
        foreach (var (name, value) in environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var output = new List<string>();
        var last = new Queue<string>();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            output.Add(line.Data);
            said(line.Data);
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            if (last.Count == KeptLines)
                last.Dequeue();
            last.Enqueue(line.Data);
        };
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (cancel.Register(() => process.Kill()))
            process.WaitForExit();
        return new RebuildEnd(process.ExitCode, [.. output], [.. last]);
    }
}

/// <summary>How a rebuild ended.</summary>
/// <param name="ExitCode">The exit code of the tool.</param>
/// <param name="Output">The lines of its standard output.</param>
/// <param name="LastLines">The last lines that it said to people.</param>
public sealed record RebuildEnd(int ExitCode, ImmutableArray<string> Output, ImmutableArray<string> LastLines);
