using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Testing;

/// <summary>
/// Runs <c>/bin/sh -c SCRIPT</c> in memory, over the action's layers, for scripts of the few commands that
/// <c>ActionRunnerContract</c> uses: simple words, single quotes, <c>;</c>, one <c>&gt;</c> a command.
/// </summary>
/// <param name="blobs">Has the layers, and gets logs and outputs.</param>
public sealed partial class MemoryShell(IBlobStore blobs)
{
    /// <summary>For a <see cref="FakeActionRunner"/>.</summary>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var run = new Run(request.Action.WorkingDirectory);
        foreach (var layer in request.Layers)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(blobs, layer, cancel))
                run.Entries[entry.Path] = entry;
        }

        using var limit = new CancellationTokenSource(request.Action.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            foreach (var command in request.Action.Arguments[2].Split(';', StringSplitOptions.TrimEntries))
            {
                if (await RunAsync(run, [.. Words().Matches(command).Select(word => word.Value.Trim('\''))], either.Token) is { } code)
                    return new ActionOutcome.Failed(code, await ResultAsync(run, code, cancel));
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ActionOutcome.TimedOut(request.Action.Timeout, await ResultAsync(run, 137, cancel));
        }

        return await CaptureAsync(run, await ResultAsync(run, 0, cancel), cancel);
    }

    [GeneratedRegex("'[^']*'|[^ ']+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    /// <summary>Runs one command; an exit code when the script ends with it.</summary>
    private async Task<int?> RunAsync(Run run, List<string> words, CancellationToken cancel)
    {
        var redirected = words.FindIndex(word => word.StartsWith('>')) is >= 0 and var at ? words[at][1..] : null;
        words.RemoveAll(word => word.StartsWith('>'));
        var printed = "";
        switch (words)
        {
            case ["mkdir", "-p", ..]:
                foreach (var path in words[2..])
                    run.MakeDirectories(run.At(path));
                break;
            case ["mkdir", var path]:
                run.MakeDirectories(run.At(path));
                break;
            case ["printf", "%s", var text]:
                printed = text;
                break;
            case ["echo", var text]:
                printed = text + "\n";
                break;
            case ["cat", ..]:
                foreach (var path in words[1..])
                    printed += Encoding.UTF8.GetString(await blobs.ReadAllAsync(((TreeEntry.File)run.Entries[run.At(path)]).Content, cancel));
                break;
            case ["chmod", "+x", var path]:
                run.Entries[run.At(path)] = (TreeEntry.File)run.Entries[run.At(path)] with { Executable = true };
                break;
            case ["ln", "-s", var target, var path]:
                run.Entries[run.At(path)] = new TreeEntry.Symlink(run.At(path), target);
                break;
            case ["mkfifo", var path]:
                run.Pipes.Add(run.At(path));
                break;
            case ["sleep", var seconds]:
                await Task.Delay(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), cancel);
                break;
            case ["kill", "-9", "$$"]:
                return 137;
            case ["exit", var code]:
                return int.Parse(code, CultureInfo.InvariantCulture);
            default:
                throw new NotSupportedException($"the shell in memory does not know `{string.Join(' ', words)}`");
        }

        if (redirected is null)
            run.Output.Append(printed);
        else if (string.Equals(redirected, "&2", StringComparison.Ordinal))
            run.Errors.Append(printed);
        else
            run.Entries[run.At(redirected)] = new TreeEntry.File(run.At(redirected), await blobs.PutAsync(Encoding.UTF8.GetBytes(printed), cancel), Executable: false);
        return null;
    }

    private async Task<Wire.ActionResult> ResultAsync(Run run, int exitCode, CancellationToken cancel) => new()
    {
        ExitCode = exitCode,
        StdoutDigest = (await blobs.PutAsync(Encoding.UTF8.GetBytes(run.Output.ToString()), cancel)).ToWire(),
        StderrDigest = (await blobs.PutAsync(Encoding.UTF8.GetBytes(run.Errors.ToString()), cancel)).ToWire(),
    };

    // As it is: what a tree cannot hold is all that is refused here.
    private async Task<ActionOutcome> CaptureAsync(Run run, Wire.ActionResult result, CancellationToken cancel)
    {
        var output = run.At(CanonicalAction.OutputDirectory);
        if (!run.Entries.TryGetValue(output, out var entry))
            return OutputProblems.Missing(output, result);
        if (entry is not TreeEntry.Directory)
            return OutputProblems.NoDirectory(output, "a file", result);

        var tree = new TreeBuilder();
        foreach (var (path, below) in run.Entries.Where(pair => pair.Key != output && pair.Key.IsWithin(output)))
        {
            var place = Below(output, path);
            if (below is TreeEntry.File file)
                tree.AddFile(place, file.Content, file.Executable);
            else if (below is TreeEntry.Symlink link)
                tree.AddSymlink(place, link.Target);
            else
                tree.AddDirectory(place);
        }

        result.OutputDirectories.Add(new Wire.OutputDirectory { Path = CanonicalAction.OutputDirectory, RootDirectoryDigest = (await tree.WriteAsync(blobs, cancel)).ToWire() });
        return run.Pipes.Count == 0
            ? new ActionOutcome.Succeeded(result)
            : OutputProblems.Unusable([.. run.Pipes.Select(pipe => OutputProblems.Kind(Below(output, pipe), "a named pipe"))], result);
    }

    private static RelativePath Below(RelativePath directory, RelativePath path) => RelativePath.Parse(path.Value[(directory.Value.Length + 1)..]);

    private sealed class Run(RelativePath workingDirectory)
    {
        public SortedDictionary<RelativePath, TreeEntry> Entries { get; } = new(Comparer<RelativePath>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value)));

        public List<RelativePath> Pipes { get; } = [];

        public StringBuilder Output { get; } = new();

        public StringBuilder Errors { get; } = new();

        public RelativePath At(string path) => workingDirectory.Combine(RelativePath.Parse(path));

        public void MakeDirectories(RelativePath path)
        {
            for (var directory = path; !directory.IsRoot; directory = directory.Parent)
                Entries.TryAdd(directory, new TreeEntry.Directory(directory, Digest.Empty));
        }
    }
}
