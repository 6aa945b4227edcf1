using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Testing;

/// <summary>Runs actions in memory: each ends as the test says.</summary>
public sealed class FakeActionRunner(Func<ActionRequest, CancellationToken, Task<ActionOutcome>> run) : IActionRunner
{
    private int _runs;

    public FakeActionRunner(ActionOutcome outcome)
        : this((_, _) => Task.FromResult(outcome))
    {
    }

    /// <summary>How often something was run.</summary>
    public int Runs => _runs;

    /// <summary>What it says while it runs.</summary>
    public string Line { get; init; } = "";

    /// <summary>How much it has written by then.</summary>
    public long Bytes { get; init; }

    public Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
    {
        Interlocked.Increment(ref _runs);
        if (Line.Length > 0)
            log.Report(new LogProgress(Line, Bytes));
        return run(request, cancel);
    }

    /// <summary>A success whose output directory is that tree.</summary>
    public static ActionOutcome Succeeded(Digest output) => new ActionOutcome.Succeeded(new Wire.ActionResult
    {
        OutputDirectories = { new Wire.OutputDirectory { Path = CanonicalAction.OutputDirectory, RootDirectoryDigest = output.ToWire() } },
    });

    /// <summary>A success that leaves one file in its output directory.</summary>
    public static async Task<ActionOutcome> SucceededWithAsync(IBlobStore store, string path, byte[] content, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse(path), await store.PutAsync(content, cancel), executable: false);
        return Succeeded(await tree.WriteAsync(store, cancel));
    }

    /// <summary>The result of a command that wrote this and ended with that exit code.</summary>
    public static async Task<Wire.ActionResult> ResultAsync(IBlobStore store, int exitCode, string stdout, CancellationToken cancel) => new()
    {
        ExitCode = exitCode,
        StdoutDigest = (await store.PutAsync(System.Text.Encoding.UTF8.GetBytes(stdout), cancel)).ToWire(),
    };
}
